// Which threads the operating system lets go first.
#pragma once

namespace pdfnet {

// Lets the JavaScript thread, and all that runs at the priority of the process, go before this thread and those that it
// starts from now on, which inherit its priority: they compute on every core for as long as there is work, and whoever
// wants a core for a moment should not wait for theirs. Does so once a thread.
void give_way();

}  // namespace pdfnet
