// What must end together: the threads of one JavaScript environment, and whatever keeps them busy.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace pdfnet {

// Told to stop when its scope ends: the threads that serve it return soon after, and it starts no more.
class Member {
 public:
  virtual ~Member() = default;
  virtual void abandon() = 0;
};

class Scope : public std::enable_shared_from_this<Scope> {
 public:
  // Ends with the process too, if nothing ended it before.
  static std::shared_ptr<Scope> create();

  // Runs the body, which does not throw, on a thread of its own; false where the scope has ended or there is no thread
  // to be had.
  bool start(std::function<void()> body);

  // From now on `end` abandons it; false where the scope has ended already.
  bool add(const std::shared_ptr<Member>& member);

  // Abandons the members and joins every thread; from any thread but those of the scope, any number of times.
  void end();

  // The same of a process that exits with a status. A thread may wait for what a GPU never ends: after some seconds it
  // is left alone, stderr is told, and the process ends with that status when exit() is called, before what the thread
  // works on is torn down.
  void end_with_process(int status);

  // Ends the scopes at exit(), before what the libraries that are open have set up is torn down. To be called again
  // after others may have been opened, since the process unwinds in reverse order; what a library sets up while exit()
  // is called is beyond its reach, so that it is the last resort.
  static void end_before_exit();

 private:
  struct Thread {
    std::thread thread;
    bool finished = false;
  };
  using Threads = std::list<Thread>;

  void abandon_members();
  void join_finished();

  std::mutex mutex_;
  bool ended_ = false;
  Threads threads_;
  std::condition_variable finished_;
  std::vector<std::weak_ptr<Member>> members_;
  std::mutex joining_;
};

}  // namespace pdfnet
