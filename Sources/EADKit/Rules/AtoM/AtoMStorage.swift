/// Containers and locations of one `did`, as AtoM joins them: the location of a container is the `physloc` whose `@id` is
/// the container's `@parent`.
struct AtoMStorage {
  /// What was met, with its `@id` (locations) or `@parent` (containers); at most 200 of each.
  private(set) var locations: [(place: Place, id: String)] = []
  private(set) var containers: [(place: Place, parent: String)] = []

  mutating func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.did {
      self = AtoMStorage()
    } else if document.parent == Tag.did {
      if name == Tag.physloc, locations.count < 200 {
        locations.append((document.place, document.attributeText(Attribute.id) ?? ""))
      } else if name == Tag.container, containers.count < 200 {
        containers.append((document.place, document.attributeText(Attribute.parent) ?? ""))
      }
    }
  }

  /// Containers that name something else than a location.
  var nested: [Place] {
    containers.filter { container in
      !container.parent.isEmpty && !locations.contains { $0.id.utf8.elementsEqual(container.parent.utf8) }
    }.map(\.place)
  }

  /// Locations that no container names.
  var unused: [Place] {
    locations.filter { location in
      location.id.isEmpty || !containers.contains { $0.parent.utf8.elementsEqual(location.id.utf8) }
    }.map(\.place)
  }
}
