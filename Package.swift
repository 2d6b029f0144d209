// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The schemas of EAD 2002 carry no free licence; a distribution may leave them out (see schemas/ead2002/NOTICE.md).
let withoutEAD2002 = Context.environment["EADKIT_WITHOUT_EAD2002_SCHEMAS"] == "1"

let package = Package(
  name: "EADKit",
  products: [
    .library(name: "EADKit", targets: ["EADKit"]),
    .library(name: "Archifilter", targets: ["Archifilter"]),
    .executable(name: "ead-convert", targets: ["ead-convert"]),
    .executable(name: "archifilter", targets: ["archifilter-cli"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CLibMagic", pkgConfig: "libmagic", providers: [.apt(["libmagic-dev"])]),
    .target(name: "CResources", cSettings: withoutEAD2002 ? [.define("EADKIT_WITHOUT_EAD2002_SCHEMAS")] : []),
    .target(
      name: "EADKit",
      dependencies: ["CLibXML2", "CZlib", "CLibCrypto", "CResources", .product(name: "Yams", package: "Yams")],
      exclude: ["Resources"], swiftSettings: strict),
    .target(
      name: "Archifilter",
      dependencies: [
        "EADKit", "CLibXML2", "CLibCrypto", "CLibArchive", "CLibMagic", "CZlib", "CResources",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], exclude: ["Resources"], swiftSettings: strict),
    .target(name: "CommandLineSupport", dependencies: ["EADKit"], swiftSettings: strict),
    .executableTarget(
      name: "ead-convert",
      dependencies: [
        "EADKit", "CommandLineSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "archifilter-cli",
      dependencies: [
        "Archifilter", "EADKit", "CommandLineSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .testTarget(name: "EADKitTests", dependencies: ["EADKit", "CLibXML2"], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "ArchifilterTests", dependencies: ["Archifilter", "EADKit"], swiftSettings: strict),
    .testTarget(
      name: "ArchifilterCommandTests", dependencies: ["Archifilter", "EADKit", "archifilter-cli"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["EADKit", "CommandLineSupport", "ead-convert"], swiftSettings: strict),
  ],
  cLanguageStandard: .gnu2x
)
