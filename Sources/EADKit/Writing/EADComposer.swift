/// The name of an element or attribute of EAD, looked up once.
public struct EADName: Sendable {
  let id: NameID

  /// The element of this name, such as `unittitle`; nil when no generation of EAD has one.
  public static func element(_ name: String) -> EADName? {
    NameTable.isElement(name) ? EADName(id: NameTable().element(name)) : nil
  }

  /// The attribute of this name, such as `normal`. Links have the names of EAD3 (`href`, `linktitle`, `linkrole`,
  /// `linktype`) whatever the generation.
  public static func attribute(_ name: String) -> EADName { EADName(id: NameTable().attribute(name)) }
}

/// Writes a finding aid element by element, for sources that have no finding aid to read: in constant memory, valid against
/// the schema of the form, with every character checked on its way out.
///
/// What the schema does not allow at a place is moved, wrapped or left out as `EADWriter` does, and is then in `findings`.
public final class EADComposer {
  private let document: TargetDocument

  /// - Parameter write: receives the bytes of the document, in order.
  /// - Throws: `EADError` when the program was built without the form's schema.
  public init(
    form: EADForm, options: EADOptions = EADOptions(), write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) {
    document = try TargetDocument(form: form, options: options, write: write)
    document.builder.setComponents(.plain, deepest: 0)
  }

  /// The generation that is written.
  public var generation: EADGeneration { document.form.generation }

  /// Begins an element inside the one that is open.
  public func start(_ name: EADName) { document.builder.start(name.id) }

  /// Adds an attribute to the element begun last.
  ///
  /// - Returns: false when the element has no such attribute or not this value.
  @discardableResult
  public func attribute(_ name: EADName, _ value: String) -> Bool { document.builder.attribute(name.id, value) }

  /// Adds text.
  public func text(_ text: String) { document.builder.text(text) }

  /// Ends the element that is open.
  public func end() { document.builder.end() }

  /// Writes what has been composed since the last time: once a component keeps memory constant.
  public func commit() throws(EADError) { try document.commit() }

  /// Ends all that is open, and the document.
  public func finish() throws(EADError) { try document.finish() }

  /// What was done beyond what was asked, since the last call.
  public func takeFindings(file: String) -> [Finding] { document.takeFindings(file: file) }
}
