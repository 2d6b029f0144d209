import EADKit
import Glibc

/// Lists folders ahead of the one that writes them down, in threads, a bounded number of folders and entries at a time; they are
/// given back in the order in which they were found.
final class FolderLister: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let hasWork = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let hasResult = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let settings: WalkSettings
  private let folders: FolderTable
  private let ring: [Listing]
  /// Places: the next one to be given back, to be listed, and to be offered.
  private var next: Int
  private var taken: Int
  private var offered: Int
  /// Entries that are listed and not yet given back.
  private var waiting = 0
  private var isEnded = false
  private var threads: [pthread_t] = []
  private var own: FolderReader?

  private static let window = 256
  private static let mostEntries = 100_000

  init(_ settings: WalkSettings, folders: FolderTable, from place: Int) {
    self.settings = settings
    self.folders = folders
    ring = (0..<FolderLister.window).map { _ in Listing() }
    next = place
    taken = place
    offered = place
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasWork, nil)
    pthread_cond_init(hasResult, nil)
    own = reader()
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(hasWork)
    pthread_cond_destroy(hasResult)
    mutex.deallocate()
    hasWork.deallocate()
    hasResult.deallocate()
  }

  private func reader() -> FolderReader {
    FolderReader(settings) { [unowned self] place in
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return (folders.parent(at: place), folders.name(at: place).map { CChar(bitPattern: $0) } + [0])
    }
  }

  /// Threads besides the caller's own, which lists what no other has begun.
  func start(_ count: Int) {
    for _ in 0..<count {
      var thread = pthread_t()
      let me = Unmanaged.passRetained(self)
      let code = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          Unmanaged<FolderLister>.fromOpaque(argument).takeRetainedValue().work()
          return nil
        }, me.toOpaque())
      // With fewer threads the walk is slower and finds the same.
      guard code == 0 else { return me.release() }
      threads.append(thread)
    }
  }

  /// Ends the threads and waits for them.
  func stop() {
    pthread_mutex_lock(mutex)
    isEnded = true
    pthread_cond_broadcast(hasWork)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
    own = nil
  }

  private func work() {
    let reader = reader()
    pthread_mutex_lock(mutex)
    while !isEnded {
      // The folder that is waited for is always listed, whatever waits already.
      guard taken < offered, waiting < FolderLister.mostEntries || taken == next else {
        pthread_cond_wait(hasWork, mutex)
        continue
      }
      let place = taken
      let listing = ring[place % FolderLister.window]
      listing.isTaken = true
      taken += 1
      guard listing.isEntered else {
        listing.isDone = true
        if place == next { pthread_cond_signal(hasResult) }
        continue
      }
      pthread_mutex_unlock(mutex)
      reader.list(listing)
      pthread_mutex_lock(mutex)
      waiting += listing.count
      listing.isDone = true
      if place == next { pthread_cond_signal(hasResult) }
    }
    pthread_mutex_unlock(mutex)
  }

  /// The listing of the next folder; nil when there is none. Valid until the next call.
  ///
  /// - Parameters:
  ///   - rule: that a folder at a place hands down.
  ///   - isEntered: whether it is looked into.
  func nextListing(rule: (Int) -> Int32, isEntered: (Int) -> Bool) -> Listing? {
    pthread_mutex_lock(mutex)
    while offered < folders.count, offered - next < FolderLister.window {
      let listing = ring[offered % FolderLister.window]
      listing.reset()
      listing.place = offered
      listing.parent = folders.parent(at: offered)
      listing.name.removeAll(keepingCapacity: true)
      for byte in folders.name(at: offered) { listing.name.append(CChar(bitPattern: byte)) }
      listing.name.append(0)
      listing.rule = rule(offered)
      listing.isEntered = isEntered(offered)
      offered += 1
    }
    guard next < offered else {
      pthread_mutex_unlock(mutex)
      return nil
    }
    if taken < offered - 1 { pthread_cond_broadcast(hasWork) }
    let listing = ring[next % FolderLister.window]
    if !listing.isTaken {
      listing.isTaken = true
      taken = next + 1
      pthread_mutex_unlock(mutex)
      if listing.isEntered { own?.list(listing) }
      pthread_mutex_lock(mutex)
      waiting += listing.count
    } else {
      while !listing.isDone { pthread_cond_wait(hasResult, mutex) }
    }
    waiting -= listing.count
    pthread_mutex_unlock(mutex)
    return listing
  }

  /// Adds the folders that a listing holds and goes on to the next one.
  func finish(_ listing: Listing, adding add: (FolderTable) -> Void) {
    pthread_mutex_lock(mutex)
    add(folders)
    next += 1
    pthread_mutex_unlock(mutex)
  }
}
