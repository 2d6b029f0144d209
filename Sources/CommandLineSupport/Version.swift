/// The version of everything in this package; the file `VERSION` at its root says the same.
public enum Version {
  public static let text = "0.1.0"
}
