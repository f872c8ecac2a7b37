#include "base/core/clock.h"

#include <chrono>

#include "base/core/error.h"

namespace base {

namespace {

constexpr std::int64_t kBeijingSeconds = std::int64_t{8} * 3600;

struct Civil {
  int year;
  unsigned month, day, hour, minute, second;
};

Civil civil(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds point{std::chrono::seconds{seconds}};
  const auto midnight = floor<days>(point);
  const year_month_day date{midnight};
  const auto of_day = static_cast<unsigned>((point - midnight).count());
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          of_day / 3600,
          of_day / 60 % 60,
          of_day % 60};
}

}  // namespace

UtcTime system_time() {
  using namespace std::chrono;
  return {floor<seconds>(system_clock::now()).time_since_epoch().count()};
}

std::string format(UtcTime time) {
  const Civil at = civil(time.seconds);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.year, at.month, at.day, at.hour,
                     at.minute, at.second);
}

UtcTime parse_utc(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
  bool good = text.size() == kShape.size();
  for (std::size_t at = 0; good && at < text.size(); ++at) {
    good = kShape[at] == 'd' ? text[at] >= '0' && text[at] <= '9' : text[at] == kShape[at];
  }
  if (!good) fail(Fault::kMalformed, "UTC time expected as 2026-01-31T12:00:00Z");
  const auto number = [&](std::size_t at, std::size_t count) {
    return std::stoi(std::string(text.substr(at, count)));
  };
  using namespace std::chrono;
  const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                            day{static_cast<unsigned>(number(8, 2))}};
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) {
    fail(Fault::kMalformed, "no such date or time of day: {}", text);
  }
  const sys_seconds point =
      sys_days{date} + hours{number(11, 2)} + minutes{number(14, 2)} + seconds{number(17, 2)};
  return {point.time_since_epoch().count()};
}

CardTime card_time(UtcTime time) {
  const Civil at = civil(time.seconds + kBeijingSeconds);
  return {fixed<4>(bcd_of(fmt::format("{:04}{:02}{:02}", at.year, at.month, at.day))),
          fixed<3>(bcd_of(fmt::format("{:02}{:02}{:02}", at.hour, at.minute, at.second)))};
}

}  // namespace base
