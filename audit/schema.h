// The tables of a log. Triggers prevent accidents; the tree detects crime.
#pragma once

#include <array>

#include "base/store/migration.h"

namespace audit {

inline constexpr std::array kLogSchema = {
    store::Migration{
        1, "log",
        "CREATE TABLE entry(idx INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;"
        "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, peaks TEXT NOT NULL, note TEXT NOT NULL)"
        " STRICT;"
        "CREATE TABLE cosignature(size INTEGER NOT NULL REFERENCES checkpoint(size),"
        " line TEXT NOT NULL, PRIMARY KEY(size, line)) STRICT;"
        "CREATE TABLE disclosure(commitment TEXT PRIMARY KEY, salt TEXT NOT NULL,"
        " value TEXT NOT NULL) STRICT;"
        "CREATE TRIGGER entry_at_end BEFORE INSERT ON entry"
        " WHEN NEW.idx <> (SELECT COALESCE(MAX(idx) + 1, 0) FROM entry)"
        " BEGIN SELECT RAISE(ABORT, 'entries are appended at the end'); END;"
        "CREATE TRIGGER entry_stays BEFORE UPDATE ON entry"
        " BEGIN SELECT RAISE(ABORT, 'entries stay as they are'); END;"
        "CREATE TRIGGER entry_kept BEFORE DELETE ON entry"
        " BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;"
        "CREATE TRIGGER checkpoint_grows BEFORE INSERT ON checkpoint"
        " WHEN NEW.size <= (SELECT MAX(size) FROM checkpoint)"
        " BEGIN SELECT RAISE(ABORT, 'checkpoints only grow'); END;"
        "CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint"
        " BEGIN SELECT RAISE(ABORT, 'checkpoints stay as they are'); END;"
        "CREATE TRIGGER checkpoint_kept BEFORE DELETE ON checkpoint"
        " BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;"
        "CREATE TRIGGER cosignature_stays BEFORE UPDATE ON cosignature"
        " BEGIN SELECT RAISE(ABORT, 'cosignatures stay as they are'); END;"
        "CREATE TRIGGER cosignature_kept BEFORE DELETE ON cosignature"
        " BEGIN SELECT RAISE(ABORT, 'cosignatures are never deleted'); END;"},
};

}  // namespace audit
