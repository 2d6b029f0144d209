import Glibc

/// What passes between the one thread that owns the inventory and those that read files: batches of work one way, batches
/// of results the other, both bounded, so that memory is too.
final class ContentQueue: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let workArrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let resultsArrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let resultsTaken = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  private var work: [[ContentTask]] = []
  private var results: [[ContentResult]] = []
  private var isClosed = false
  private var isCancelled = false
  private var failure: ContentFailure?
  private var active: Int
  private let most: Int

  init(workers: Int) {
    active = workers
    most = workers * 4
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    for condition in [workArrived, resultsArrived, resultsTaken] { pthread_cond_init(condition, &attributes) }
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    for condition in [workArrived, resultsArrived, resultsTaken] {
      pthread_cond_destroy(condition)
      condition.deallocate()
    }
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  // MARK: The owner's side

  /// Whether another batch may be given without waiting.
  var hasRoom: Bool { locked { work.count < most } }

  func give(_ batch: [ContentTask]) {
    locked {
      work.append(batch)
      _ = pthread_cond_signal(workArrived)
    }
  }

  /// No more work will come: workers end when what is there is done.
  func close() {
    locked {
      isClosed = true
      _ = pthread_cond_broadcast(workArrived)
    }
  }

  /// Workers end as soon as they can; what they have not given back is dropped.
  func cancel() {
    locked {
      isCancelled = true
      work.removeAll()
      _ = pthread_cond_broadcast(workArrived)
      _ = pthread_cond_broadcast(resultsTaken)
    }
  }

  /// Results that have come; waits a fifth of a second for the first at most.
  func takeResults() -> (batches: [[ContentResult]], isOver: Bool, failure: ContentFailure?) {
    locked {
      if results.isEmpty, active > 0, failure == nil {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        until.tv_nsec += 200_000_000
        if until.tv_nsec >= 1_000_000_000 {
          until.tv_sec += 1
          until.tv_nsec -= 1_000_000_000
        }
        pthread_cond_timedwait(resultsArrived, mutex, &until)
      }
      let taken = results
      results.removeAll(keepingCapacity: true)
      _ = pthread_cond_broadcast(resultsTaken)
      return (taken, active == 0, failure)
    }
  }

  // MARK: The workers' side

  /// The next batch; nil when there is none and none will come.
  func next() -> [ContentTask]? {
    locked {
      while work.isEmpty, !isClosed, !isCancelled { pthread_cond_wait(workArrived, mutex) }
      if isCancelled || work.isEmpty { return nil }
      // The owner keeps the queue short: taking the first of a few is cheap.
      return work.removeFirst()
    }
  }

  func deliver(_ batch: [ContentResult]) {
    guard !batch.isEmpty else { return }
    locked {
      while results.count >= most, !isCancelled { pthread_cond_wait(resultsTaken, mutex) }
      if isCancelled { return }
      results.append(batch)
      _ = pthread_cond_signal(resultsArrived)
    }
  }

  /// A worker could not begin; the whole run fails with the first reason.
  func fail(_ reason: ContentFailure) {
    locked {
      if failure == nil { failure = reason }
      _ = pthread_cond_signal(resultsArrived)
    }
  }

  /// One worker fewer.
  func leave() {
    locked {
      active -= 1
      _ = pthread_cond_signal(resultsArrived)
    }
  }

  /// True once `cancel` was called.
  var isOver: Bool { locked { isCancelled } }
}
