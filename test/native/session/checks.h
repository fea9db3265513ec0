// The checks of sessions and of the pixel pool: each ends the process where something does not hold.
#pragma once

namespace pdfnet::sessions {

void submits();
void cancels();
void closes();
void abandons();
void slots();
void pinned_pool();
void results();
void run_failures();
void open_failures();
void openings();
void pool();
void strips();

}  // namespace pdfnet::sessions
