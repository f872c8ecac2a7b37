// The tables of register.db.
#pragma once

#include <array>

#include "base/store/migration.h"

namespace issuance {

inline constexpr std::array kRegisterSteps = {
    store::Migration{1, "cards, pairs, and how far the log was followed", R"sql(
CREATE TABLE card(
  serial TEXT PRIMARY KEY, state TEXT NOT NULL, job TEXT NOT NULL, issuer TEXT, pair TEXT,
  county TEXT NOT NULL, version INTEGER NOT NULL, generation INTEGER NOT NULL, tag TEXT NOT NULL,
  number TEXT NOT NULL, device TEXT NOT NULL, holder TEXT NOT NULL);
CREATE INDEX card_by_job ON card(job);
CREATE INDEX card_by_number ON card(number);
CREATE TABLE pair(
  id TEXT PRIMARY KEY, kind INTEGER NOT NULL, state TEXT NOT NULL, job TEXT NOT NULL,
  county TEXT NOT NULL, version INTEGER NOT NULL, generation INTEGER NOT NULL,
  void_entry INTEGER, lost TEXT NOT NULL);
CREATE TABLE followed(one INTEGER PRIMARY KEY CHECK(one = 1), size INTEGER NOT NULL);
INSERT INTO followed(one, size) VALUES(1, 0);
)sql"},
    // What a row did not keep is read from the log again.
    store::Migration{2, "since when a card is issued and a pair is active", R"sql(
ALTER TABLE card ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pair ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
DELETE FROM card;
DELETE FROM pair;
UPDATE followed SET size = 0;
)sql"},
};

}  // namespace issuance
