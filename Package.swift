// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "EADKit",
  products: [
    .library(name: "EADKit", targets: ["EADKit"]),
    .executable(name: "ead-convert", targets: ["ead-convert"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CResources"),
    .target(
      name: "EADKit", dependencies: ["CLibXML2", "CZlib", "CResources"], exclude: ["Resources"], swiftSettings: strict),
    .target(name: "CommandLineSupport", dependencies: ["EADKit"], swiftSettings: strict),
    .executableTarget(
      name: "ead-convert",
      dependencies: [
        "EADKit", "CommandLineSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .testTarget(name: "EADKitTests", dependencies: ["EADKit", "CLibXML2"], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["EADKit", "CommandLineSupport", "ead-convert"], swiftSettings: strict),
  ],
  cLanguageStandard: .gnu2x
)
