// PostgreSQL by libpq: one connection, prepared statements, and what a transaction writes sent down a pipeline.
//
// Who owns the desk. Create and Write take a session's advisory lock, which the server lets go when the connection
// ends, however it ends. The table `owner` has one row:
//
//   one | epoch | beat | tables
//   ----+-------+------+-------
//     1 |    12 |  340 |      7        tables: the version of the folded tables, 0 before there are any
//
// Opening counts `epoch` up; each transaction reads it again under a lock. A process that finds another epoch than its
// own has been followed by another and ends (DESIGN 4, "One signer"): a server that was promoted knows no advisory lock
// of the one before, but it has the row.
//
// When the outcome of a COMMIT is not known (the connection broke, or the wait for a synchronous standby was cancelled,
// which the server says in no more than a WARNING: research F10), the driver is in doubt and answers nothing before
// settle(). That connects again, waits for the lock, which shows that the former session is over, and commits a new
// `beat`, which a synchronous standby confirms only with everything before it. What is there then stays.
#include "store/postgres.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"

namespace cordon {

namespace {

constexpr int kOldestServer = 150000;
constexpr std::size_t kLongestQueue = 128;            // statements; their answers fit into a socket's buffer
constexpr std::size_t kLargestQueue = 1u << 20;       // bytes
constexpr auto kPatience = std::chrono::seconds(15);  // for a server that comes back, when an outcome is not known
constexpr auto kBetween = std::chrono::milliseconds(100);
constexpr auto kLetGo = std::chrono::seconds(3);
constexpr const char* kFetch = "FETCH 1000 FROM ";

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Answer = std::unique_ptr<PGresult, Clear>;
using Connection = std::unique_ptr<PGconn, Clear>;

std::string first_line(std::string_view text) { return printable(trim(text.substr(0, text.find('\n'))), 300); }

std::string text_of(const PGresult* result, int row, int column) {
  return {PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))};
}

std::int64_t integer_of(const PGresult* result, int row, int column) {
  const char* text = PQgetvalue(result, row, column);
  std::int64_t value = 0;
  std::from_chars(text, text + PQgetlength(result, row, column), value);
  return value;
}

std::string_view state_of_error(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? std::string_view() : std::string_view(state);
}

// By SQLSTATE (PostgreSQL 15, appendix A). The detail, which repeats values, is left out.
Error sql_error(PGconn* connection, const PGresult* result) {
  const std::string_view state = result == nullptr ? std::string_view() : state_of_error(result);
  if (state.empty() || PQstatus(connection) != CONNECTION_OK)
    return fail(Fault::Unavailable, "the database cannot be reached: " + first_line(PQerrorMessage(connection)));
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string message = "the database says: " + first_line(primary == nullptr ? "" : primary);
  if (state.starts_with("23") || state == "P0001") return fail(Fault::Refused, message);  // constraints, our triggers
  if (state.starts_with("22")) return fail(Fault::Malformed, message);                    // a text with a zero byte
  if (state.starts_with("XX00")) return fail(Fault::Corrupt, message);
  return fail(Fault::Unavailable, message);
}

class PostgresCursor final : public Cursor {
 public:
  explicit PostgresCursor(Answer answer) : answer_(std::move(answer)) {}
  Result<bool> next() override { return ++row_ < PQntuples(answer_.get()); }
  std::int64_t integer(int column) const override { return integer_of(answer_.get(), row_, column); }
  std::string text(int column) const override { return text_of(answer_.get(), row_, column); }
  bool null(int column) const override { return PQgetisnull(answer_.get(), row_, column) != 0; }
  int columns() const override { return PQnfields(answer_.get()); }

 private:
  Answer answer_;
  int row_ = -1;
};

class Postgres final : public Driver {
 public:
  Postgres(std::string address, Database::Open how) : address_(std::move(address)), how_(how) {}
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;
  ~Postgres() override = default;

  Result<Nothing> connect();

  Result<Nothing> execute(const std::string& script) override {
    TRY(flush());
    TRY(answered(script));
    return Nothing{};
  }
  Result<Rows> query(std::string_view sql, const SqlValues& values) override {
    return Rows(std::make_unique<PostgresCursor>(TRY(ask(sql, values))));
  }
  // Nobody waits for the answer of each statement of a transaction: they go down the pipeline together.
  Result<Nothing> run(std::string_view sql, const SqlValues& values) override {
    if (!in_transaction_) {
      TRY(ask(sql, values));
      return Nothing{};
    }
    queue_.push_back({std::string(sql), values});
    for (const SqlValue& value : values)
      if (const auto* text = std::get_if<std::string>(&value)) queued_bytes_ += text->size();
    return queue_.size() < kLongestQueue && queued_bytes_ < kLargestQueue ? Nothing{} : flush();
  }
  Result<Rows> scan(const std::string& sql) override;
  Result<Nothing> fill(const std::string& table, const std::string& columns, const RowSource& source) override;

  Result<Nothing> begin(Access access) override;
  Result<Nothing> commit() override;
  void rollback() override {
    queue_.clear();
    queued_bytes_ = 0;
    if (std::exchange(in_transaction_, false)) PQclear(PQexec(connection_.get(), "ROLLBACK"));
  }
  bool in_doubt() const override { return doubt_; }
  Result<Nothing> settle() override;

  Result<std::int64_t> version() override {
    const Answer answer = TRY(ask("SELECT tables FROM owner WHERE one = 1", {}));
    return PQntuples(answer.get()) == 0 ? 0 : integer_of(answer.get(), 0, 0);
  }
  Result<Nothing> set_version(std::int64_t version) override {
    return run("UPDATE owner SET tables = $1 WHERE one = 1", {version});
  }

  std::string tables(std::string common) const override {
    common = replace_all(replace_all(std::move(common), " $ROWS", ""), " $KEYED", "");
    return replace_all(replace_all(std::move(common), " INTEGER", " BIGINT"), " TEXT", " TEXT COLLATE \"C\"");
  }
  std::string only_grows(const std::string& table) const override {
    const std::string function = table + "_only_grows";
    return "CREATE OR REPLACE FUNCTION " + function +
           "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the " + table +
           " only grows'; END $$;"
           "CREATE TRIGGER " +
           table + "_keeps_its_rows BEFORE DELETE OR UPDATE ON " + table + " FOR EACH ROW EXECUTE FUNCTION " +
           function + "();CREATE TRIGGER " + table + "_is_never_emptied BEFORE TRUNCATE ON " + table +
           " EXECUTE FUNCTION " + function + "();";
  }
  // The server itself checks a page when it reads it, where its cluster was made with checksums (initdb -k).
  // Old versions of rows are the server's, until it vacuums and reuses their place (docs/postgresql.md).
  Result<Nothing> wipe() override { return Nothing{}; }

  Result<Nothing> check() override { return Nothing{}; }

 private:
  friend class PostgresScan;
  struct Statement {
    std::string sql;
    SqlValues values;
  };

  bool owns() const { return how_ != Database::Open::Read; }
  bool lost() const { return connection_ == nullptr || PQstatus(connection_.get()) != CONNECTION_OK; }
  Result<Nothing> demand(const char* setting, std::initializer_list<std::string_view> allowed);
  Result<Nothing> own();
  Result<Nothing> make_sure();
  [[noreturn]] static void followed();

  // Outside a transaction a connection that broke is made again before anything is asked.
  Result<Nothing> ready() { return in_transaction_ || (!lost() && !doubt_) ? Nothing{} : settle(); }
  // Sends one text and waits for its answer.
  Result<Answer> answered(const std::string& script);
  Result<Answer> ask(std::string_view sql, const SqlValues& values);
  Result<Answer> ask_once(std::string_view sql, const SqlValues& values);
  Result<Nothing> flush();
  int send(const std::string& name, const SqlValues& values) const;
  std::string name_of(const std::string& sql) {
    return names_.try_emplace(sql, "s" + std::to_string(names_.size())).first->second;
  }

  static void notice(void* self, const PGresult* result) {
    const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity != nullptr && std::string_view(severity) == "WARNING") static_cast<Postgres*>(self)->warned_ = true;
  }

  std::string address_;
  Database::Open how_;
  Connection connection_;
  std::unordered_map<std::string, std::string> names_;  // of statements, by their text
  std::unordered_set<std::string> prepared_;            // of these, by the server that we are connected to
  std::vector<Statement> queue_;
  std::size_t queued_bytes_ = 0;
  std::int64_t epoch_ = 0;
  int scans_ = 0;
  bool in_transaction_ = false, doubt_ = false, warned_ = false;
};

// Rows fetched a thousand at a time, inside a transaction.
class PostgresScan final : public Cursor {
 public:
  PostgresScan(Postgres& driver, std::string name) : driver_(driver), name_(std::move(name)) {}
  PostgresScan(const PostgresScan&) = delete;
  PostgresScan& operator=(const PostgresScan&) = delete;
  ~PostgresScan() override {
    if (driver_.in_transaction_) static_cast<void>(static_cast<bool>(driver_.answered("CLOSE " + name_)));
  }
  Result<bool> next() override {
    if (answer_ == nullptr || ++row_ == PQntuples(answer_.get())) {
      TRY(driver_.flush());
      answer_ = TRY(driver_.answered(kFetch + name_));
      row_ = 0;
    }
    return row_ < PQntuples(answer_.get());
  }
  std::int64_t integer(int column) const override { return integer_of(answer_.get(), row_, column); }
  std::string text(int column) const override { return text_of(answer_.get(), row_, column); }
  bool null(int column) const override { return PQgetisnull(answer_.get(), row_, column) != 0; }
  int columns() const override { return PQnfields(answer_.get()); }

 private:
  Postgres& driver_;
  std::string name_;
  Answer answer_;
  int row_ = 0;
};

// ── the connection, and who owns the desk ──

void Postgres::followed() {
  std::fprintf(stderr, "cordon: another process has taken over this desk's database; stopping\n");
  std::abort();
}

Result<Nothing> Postgres::connect() {
  prepared_.clear();
  in_transaction_ = false;
  connection_.reset();
  // What the address itself says comes later and wins.
  const std::array<const char*, 8> words{"connect_timeout",
                                         "keepalives_idle",
                                         "tcp_user_timeout",
                                         "dbname",
                                         "client_encoding",
                                         "application_name",
                                         nullptr};
  const std::array<const char*, 8> values{"10", "30", "30000", address_.c_str(), "UTF8", "cordon", nullptr};
  connection_.reset(PQconnectdbParams(words.data(), values.data(), 1));
  if (lost()) {
    // libpq repeats an address that it cannot read, and the password may stand in it.
    const std::unique_ptr<PQconninfoOption, Clear> parsed(PQconninfoParse(address_.c_str(), nullptr));
    if (parsed == nullptr) return fail(Fault::Usage, "this is no PostgreSQL address", shown(address_));
    return fail(Fault::Unavailable, "the database cannot be reached: " + first_line(PQerrorMessage(connection_.get())),
                shown(address_));
  }
  PQsetNoticeReceiver(connection_.get(), notice, this);
  if (PQserverVersion(connection_.get()) < kOldestServer)
    return fail(Fault::Usage, "the server is older than PostgreSQL 15", shown(address_));
  TRY(demand("server_encoding", {"UTF8"}));
  if (!owns()) return execute("SET default_transaction_read_only = on");
  return own();
}

// A server that would acknowledge what a power cut can take is refused. What was found is set once more for this
// session, so that a reload of the server's configuration does not change it under us.
Result<Nothing> Postgres::demand(const char* setting, std::initializer_list<std::string_view> allowed) {
  const Answer answer = TRY(answered(std::string("SHOW ") + setting));
  const std::string is = text_of(answer.get(), 0, 0);
  if (std::find(allowed.begin(), allowed.end(), is) != allowed.end()) return Nothing{};
  return fail(Fault::Usage,
              std::string("the server's ") + setting + " is " + is + "; it must be " + std::string(*allowed.begin()),
              shown(address_));
}

Result<Nothing> Postgres::own() {
  const Answer reads = TRY(answered("SHOW transaction_read_only"));
  if (text_of(reads.get(), 0, 0) != "off")
    return fail(Fault::Unavailable, "the server only reads; is it a standby?", shown(address_));
  TRY(demand("fsync", {"on"}));
  TRY(demand("full_page_writes", {"on"}));
  TRY(demand("synchronous_commit", {"on", "remote_apply"}));
  TRY(answered("SELECT set_config('synchronous_commit', current_setting('synchronous_commit'), false)"));
  // One desk a schema.
  // The server sees a moment later that a process has ended which owned it just before.
  for (const auto until = std::chrono::steady_clock::now() + kLetGo;;) {
    const Answer locked =
        TRY(answered("SELECT pg_try_advisory_lock(hashtextextended('cordon ' || current_schema(), 0))::int"));
    if (integer_of(locked.get(), 0, 0) == 1) break;
    if (std::chrono::steady_clock::now() > until)
      return fail(Fault::Conflict, "another process owns this desk's database", shown(address_));
    std::this_thread::sleep_for(kBetween);
  }
  if (epoch_ != 0) return make_sure();
  if (how_ == Database::Open::Create) {
    TRY(
        answered("CREATE TABLE IF NOT EXISTS owner (one BIGINT PRIMARY KEY CHECK (one = 1), epoch BIGINT NOT NULL, "
                 "beat BIGINT NOT NULL, tables BIGINT NOT NULL);"
                 "INSERT INTO owner VALUES (1, 0, 0, 0) ON CONFLICT (one) DO NOTHING"));
  }
  const Answer there = TRY(answered("SELECT (to_regclass('owner') IS NOT NULL)::int"));
  if (integer_of(there.get(), 0, 0) != 1)
    return fail(Fault::NotFound, "no desk was founded in this database", shown(address_));
  warned_ = false;
  const Answer epoch = TRY(answered("UPDATE owner SET epoch = epoch + 1 WHERE one = 1 RETURNING epoch"));
  if (warned_) return fail(Fault::Unavailable, "the standby has not confirmed the new owner", shown(address_));
  if (PQntuples(epoch.get()) != 1) return fail(Fault::Corrupt, "the table owner has lost its row", shown(address_));
  epoch_ = integer_of(epoch.get(), 0, 0);
  return Nothing{};
}

// A commit of our own: a standby that confirms it has everything that was committed before.
Result<Nothing> Postgres::make_sure() {
  warned_ = false;
  const Answer answer = TRY(answered("UPDATE owner SET beat = beat + 1 WHERE one = 1 RETURNING epoch"));
  if (PQntuples(answer.get()) != 1 || integer_of(answer.get(), 0, 0) != epoch_) followed();
  if (warned_) return fail(Fault::Unavailable, "the standby has not confirmed what was written");
  return Nothing{};
}

Result<Nothing> Postgres::settle() {
  const auto until = std::chrono::steady_clock::now() + (doubt_ ? kPatience : std::chrono::seconds(0));
  warned_ = false;
  for (;;) {
    const Result<Nothing> settled = lost() ? connect() : owns() ? make_sure() : Nothing{};
    if (settled) {
      doubt_ = false;
      return settled;
    }
    if (warned_) return settled;  // whoever cancels the wait for the standby is not waited for
    const Fault fault = settled.error().fault;
    const bool may_pass = fault == Fault::Unavailable || fault == Fault::Conflict;  // the former session may still end
    connection_.reset();
    if (!may_pass || std::chrono::steady_clock::now() >= until) return settled;
    std::this_thread::sleep_for(kBetween);
  }
}

// ── statements ──

Result<Answer> Postgres::answered(const std::string& script) {
  Answer answer(PQexec(connection_.get(), script.c_str()));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return sql_error(connection_.get(), answer.get());
  return answer;
}

// What libpq takes: pointers to texts, which live as long as `values` and this.
class Bound {
 public:
  explicit Bound(const SqlValues& values) {
    numbers_.reserve(values.size());
    for (const SqlValue& value : values) {
      if (const auto* text = std::get_if<std::string>(&value)) {
        pointers_.push_back(text->c_str());
      } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        pointers_.push_back(numbers_.emplace_back(std::to_string(*integer)).c_str());
      } else {
        pointers_.push_back(nullptr);
      }
    }
  }
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }

 private:
  std::vector<std::string> numbers_;
  std::vector<const char*> pointers_;
};

int Postgres::send(const std::string& name, const SqlValues& values) const {
  const Bound bound(values);
  return PQsendQueryPrepared(connection_.get(), name.c_str(), bound.count(), bound.pointers(), nullptr, nullptr, 0);
}

// A text ends for libpq at its first zero byte; half of it must never be what is kept.
Result<Nothing> whole(const SqlValues& values) {
  for (const SqlValue& value : values) {
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && text->find('\0') != std::string::npos)
      return fail(Fault::Malformed, "a text with a zero byte cannot be kept");
  }
  return Nothing{};
}

Result<Answer> Postgres::ask(std::string_view sql, const SqlValues& values) {
  TRY(ready());
  TRY(flush());
  Result<Answer> answer = ask_once(sql, values);
  if (answer || in_transaction_ || !lost()) return answer;
  TRY(settle());  // the server was started anew, and nobody noticed before this question
  return ask_once(sql, values);
}

Result<Answer> Postgres::ask_once(std::string_view sql, const SqlValues& values) {
  TRY(whole(values));
  const std::string name = name_of(std::string(sql));
  if (!prepared_.contains(name)) {
    const Answer prepared(PQprepare(connection_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr));
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return sql_error(connection_.get(), prepared.get());
    prepared_.insert(name);
  }
  const Bound bound(values);
  Answer answer(PQexecPrepared(connection_.get(), name.c_str(), bound.count(), bound.pointers(), nullptr, nullptr, 0));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return sql_error(connection_.get(), answer.get());
  return answer;
}

// Sends what waits and reads every answer. The first error counts; the server has skipped what came after it.
Result<Nothing> Postgres::flush() {
  if (queue_.empty()) return Nothing{};
  const std::vector<Statement> statements = std::exchange(queue_, {});
  queued_bytes_ = 0;
  PGconn* connection = connection_.get();
  for (const Statement& statement : statements) TRY(whole(statement.values));
  const Error gone = fail(Fault::Unavailable, "the database cannot be reached");
  if (lost() || PQenterPipelineMode(connection) != 1) return gone;
  std::vector<std::string> sent;  // the name that this prepares, or "" for a statement that runs
  bool sending = true;
  for (const Statement& statement : statements) {
    const std::string name = name_of(statement.sql);
    if (prepared_.insert(name).second) {
      sending = sending && PQsendPrepare(connection, name.c_str(), statement.sql.c_str(), 0, nullptr) == 1;
      sent.push_back(name);
    }
    sending = sending && send(name, statement.values) == 1;
    sent.emplace_back();
  }
  sending = sending && PQpipelineSync(connection) == 1;
  if (!sending) {
    connection_.reset();
    return gone;
  }
  std::optional<Error> first;
  for (const std::string& name : sent) {
    const Answer answer(PQgetResult(connection));
    const ExecStatusType status = PQresultStatus(answer.get());
    const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done && !first) first = sql_error(connection, answer.get());
    if (!done) prepared_.erase(name);
    if (answer == nullptr || lost()) break;
    PQclear(PQgetResult(connection));  // the end of this one's answer
  }
  if (!lost()) PQclear(PQgetResult(connection));  // of the pipeline
  if (!lost() && PQexitPipelineMode(connection) != 1) connection_.reset();
  if (lost()) return first ? *first : gone;
  if (first) return *first;
  return Nothing{};
}

Result<Rows> Postgres::scan(const std::string& sql) {
  CORDON_CHECK(in_transaction_, "a scan needs a transaction");
  TRY(flush());
  const std::string name = "scan" + std::to_string(++scans_);
  TRY(answered("DECLARE " + name + " NO SCROLL CURSOR FOR " + sql));
  return Rows(std::make_unique<PostgresScan>(*this, name));
}

// COPY's text format: tabs between values, \N for none, and a backslash before what would be read as either.
Result<Nothing> Postgres::fill(const std::string& table, const std::string& columns, const RowSource& source) {
  CORDON_CHECK(in_transaction_, "COPY needs a transaction");
  TRY(flush());
  PGconn* connection = connection_.get();
  {
    const Answer copying(PQexec(connection, ("COPY " + table + " (" + columns + ") FROM STDIN").c_str()));
    if (PQresultStatus(copying.get()) != PGRES_COPY_IN) return sql_error(connection, copying.get());
  }
  std::optional<Error> stopped;
  std::string lines;
  bool sending = true;
  const auto send_lines = [&] {
    sending = PQputCopyData(connection, lines.data(), static_cast<int>(lines.size())) == 1;
    lines.clear();
  };
  while (sending && !stopped) {
    const Result<std::optional<SqlValues>> row = source();
    if (!row) stopped = row.error();
    if (!row || !*row) break;
    if (const Result<Nothing> sound = whole(**row); !sound) stopped = sound.error();
    for (std::size_t place = 0; place < (*row)->size(); ++place) {
      if (place != 0) lines += '\t';
      const SqlValue& value = (**row)[place];
      if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        lines += std::to_string(*integer);
      } else if (const auto* text = std::get_if<std::string>(&value)) {
        for (const char c : *text) {
          switch (c) {
            case '\t':
              lines += "\\t";
              break;
            case '\n':
              lines += "\\n";
              break;
            case '\r':
              lines += "\\r";
              break;
            case '\\':
              lines += "\\\\";
              break;
            default:
              lines += c;
          }
        }
      } else {
        lines += "\\N";
      }
    }
    lines += '\n';
    if (lines.size() > kLargestQueue) send_lines();
  }
  if (sending && !stopped && !lines.empty()) send_lines();
  PQputCopyEnd(connection, stopped || !sending ? "stopped" : nullptr);
  while (const Answer answer{PQgetResult(connection)}) {
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK && !stopped) stopped = sql_error(connection, answer.get());
    if (lost()) break;
  }
  if (stopped) return *stopped;
  if (!sending || lost()) return fail(Fault::Unavailable, "the database cannot be reached");
  return Nothing{};
}

// ── transactions ──

Result<Nothing> Postgres::begin(Access access) {
  CORDON_CHECK(!in_transaction_, "a transaction inside a transaction");
  TRY(ready());
  const std::string words = access == Access::Snapshot ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 0"
                                                       : "BEGIN; SELECT epoch FROM owner WHERE one = 1 FOR SHARE";
  Result<Answer> answer = answered(words);
  if (!answer && lost()) {
    TRY(settle());
    answer = answered(words);
  }
  in_transaction_ = !lost();
  if (!answer) {
    rollback();
    return answer.error();
  }
  if (access == Access::Snapshot) return Nothing{};
  CORDON_CHECK(owns(), "a write through a connection that only reads");
  if (PQntuples(answer->get()) != 1 || integer_of(answer->get(), 0, 0) != epoch_) followed();
  return Nothing{};
}

Result<Nothing> Postgres::commit() {
  TRY(flush());
  warned_ = false;
  const Result<Answer> answer = answered("COMMIT");
  in_transaction_ = false;
  if (!answer) {
    doubt_ = owns() && lost();
    return answer.error();
  }
  if (std::string_view(PQcmdStatus(answer->get())) != "COMMIT")  // a failed transaction's COMMIT is a ROLLBACK
    return fail(Fault::Unavailable, "the database did not commit");
  if (warned_) {
    doubt_ = true;
    return fail(Fault::Unavailable, "the standby has not confirmed what was written");
  }
  return Nothing{};
}

}  // namespace

bool is_postgres(std::string_view address) {
  return address.starts_with("postgresql://") || address.starts_with("postgres://");
}

std::string shown(const std::string& address) {
  if (!is_postgres(address)) return address;
  const std::unique_ptr<PQconninfoOption, Clear> parsed(PQconninfoParse(address.c_str(), nullptr));
  std::string user, host, port, database;
  for (const PQconninfoOption* option = parsed.get(); option != nullptr && option->keyword != nullptr; ++option) {
    const std::string_view keyword = option->keyword;
    const std::string value = option->val == nullptr ? "" : option->val;
    if (keyword == "user" && !value.empty()) user = value + "@";
    if (keyword == "host") host = value;
    if (keyword == "port" && !value.empty()) port = ":" + value;
    if (keyword == "dbname" && !value.empty()) database = "/" + value;
  }
  return printable("postgresql://" + (parsed == nullptr ? "…" : user + host + port + database));
}

Result<std::unique_ptr<Driver>> open_postgres(const std::string& address, Database::Open how) {
  auto driver = std::make_unique<Postgres>(address, how);
  TRY(driver->connect());
  return std::unique_ptr<Driver>(std::move(driver));
}

}  // namespace cordon
