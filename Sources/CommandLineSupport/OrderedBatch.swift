/// Runs jobs side by side, a bounded number at a time, and hands their results on in the order of the jobs.
public enum OrderedBatch {
  /// - Parameters:
  ///   - jobs: how many run at once; at least one.
  ///   - consume: is called once per item, in order, on the caller's task.
  public static func run<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, work: @escaping @Sendable (Int, Item) -> Result, consume: (Int, Result) async -> Void
  ) async {
    // Results that wait for an earlier one are bounded too: no more than this many items are ahead of the consumer.
    let window = max(jobs, 1) * 4
    await withTaskGroup(of: (Int, Result).self) { group in
      var next = 0
      var running = 0
      var consumed = 0
      var waiting: [Int: Result] = [:]
      func start() {
        while running < max(jobs, 1), next < items.count, next - consumed < window {
          let index = next
          let item = items[index]
          group.addTask { (index, work(index, item)) }
          next += 1
          running += 1
        }
      }
      start()
      while let (index, result) = await group.next() {
        running -= 1
        waiting[index] = result
        while let ready = waiting.removeValue(forKey: consumed) {
          await consume(consumed, ready)
          consumed += 1
        }
        start()
      }
    }
  }
}
