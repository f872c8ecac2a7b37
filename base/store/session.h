// One open connection and its kept statements.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/store/backend.h"
#include "base/store/database.h"

namespace store {

struct Prepared;

struct Database::Session {
  // `parameters` in the form of SOCI's back end.
  Session(const Backend& backend, const std::string& parameters, std::filesystem::path path,
          Access access);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  std::int64_t execute(std::string_view sql, std::span<const Value> binds,
                       std::span<const Kind> kinds, const TakeRow& take);
  void script(std::string_view sql);

  const Backend& backend;
  std::filesystem::path path;
  Access access;
  bool in_transaction = false;

 private:
  Prepared& prepared(std::string_view sql, std::span<const Value> binds,
                     std::span<const Kind> kinds, const std::string& key);

  soci::session soci_;
  std::map<std::string, std::unique_ptr<Prepared>, std::less<>> statements_;
};

}  // namespace store
