// The tables of a desk (DESK/desk.db). Money is whole fen, times are UTC text, business days and months
// are Beijing's (UTC+8) and stored when the row is written. Rows are never changed or deleted; the
// state of a top-up alone moves, and only as salesdesk/trade/top_up_state.h says.
#pragma once

#include "base/store/database.h"

namespace desk {

// Makes the tables of an empty database and migrates an older one.
// Throws kRefused when the database is newer than this program.
void bring_up_to_date(store::Database& database);

}  // namespace desk
