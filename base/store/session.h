// One open connection and its kept statements; what SOCI is stays in session.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/store/database.h"

namespace store {

struct Database::Session {
  // `parameters` in the form of SOCI's back end.
  Session(Engine engine, const std::string& parameters, std::filesystem::path path, Access access);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  std::int64_t execute(std::string_view sql, std::span<const Value> binds,
                       std::span<const Kind> kinds, const TakeRow& take);
  void script(std::string_view sql);

  struct Connection;

  Engine engine;
  std::filesystem::path path;
  Access access;
  bool in_transaction = false;
  std::unique_ptr<Connection> connection;
};

}  // namespace store
