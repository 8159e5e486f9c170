// Key-value stores in files: LMDB, RocksDB and SQLite, each loaded the way that suits it best.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/result.h"
#include "bench/index_peer.h"

#if __has_include(<lmdb.h>)
#include <lmdb.h>
#define CORDON_HAS_LMDB
#endif
#if __has_include(<rocksdb/db.h>)
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#define CORDON_HAS_ROCKSDB
#endif
#if __has_include(<sqlite3.h>)
#include <sqlite3.h>
#define CORDON_HAS_SQLITE
#endif

namespace cordon::bench {
namespace {

[[maybe_unused]] std::vector<std::uint32_t> sorted_order(const Texts& keys) {
  std::vector<std::uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return keys.text(a) < keys.text(b); });
  return order;
}

#ifdef CORDON_HAS_LMDB
class Lmdb : public SetPeer {
 public:
  Lmdb(const Texts& keys, const std::string& folder) : file_(folder + "/lmdb") {
    must(mdb_env_create(&env_));
    must(mdb_env_set_mapsize(env_, std::size_t{40} << 30));
    must(mdb_env_open(env_, file_.c_str(), MDB_NOSYNC | MDB_NOSUBDIR, 0600));
    must(mdb_txn_begin(env_, nullptr, 0, &txn_));
    must(mdb_dbi_open(txn_, nullptr, 0, &db_));
    for (const std::uint32_t i : sorted_order(keys)) {
      MDB_val key = value_of(keys.text(i)), nothing{0, nullptr};
      const int put = mdb_put(txn_, db_, &key, &nothing, MDB_APPEND);
      CORDON_CHECK(put == 0 || put == MDB_KEYEXIST, "LMDB took the key");
    }
    must(mdb_txn_commit(txn_));
    must(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn_));
  }
  ~Lmdb() override {
    mdb_txn_abort(txn_);
    mdb_env_close(env_);
  }
  Lmdb(const Lmdb&) = delete;
  Lmdb& operator=(const Lmdb&) = delete;
  std::uint64_t hits(const Texts& queries) override {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < queries.size(); ++i) {
      MDB_val key = value_of(queries.text(i)), found;
      count += mdb_get(txn_, db_, &key, &found) == 0 ? 1 : 0;
    }
    return count;
  }
  double bytes() override {
    struct stat about{};
    ::stat(file_.c_str(), &about);
    return static_cast<double>(about.st_blocks) * 512;
  }

 private:
  static void must(int code) { CORDON_CHECK(code == 0, "LMDB works"); }
  static MDB_val value_of(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }
  std::string file_;
  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
  MDB_dbi db_ = 0;
};
#endif

#ifdef CORDON_HAS_ROCKSDB
class Rocks : public SetPeer {
 public:
  Rocks(const Texts& keys, const std::string& folder) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = std::size_t{256} << 20;
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewRibbonFilterPolicy(10));
    table.block_cache = rocksdb::NewLRUCache(std::size_t{4} << 30);
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* opened = nullptr;
    must(rocksdb::DB::Open(options, folder + "/rocksdb", &opened));
    db_.reset(opened);
    rocksdb::WriteOptions write;
    write.disableWAL = true;
    for (std::size_t i = 0; i < keys.size();) {
      rocksdb::WriteBatch batch;
      for (std::size_t end = std::min(keys.size(), i + 1000); i < end; ++i) batch.Put(slice(keys.text(i)), "");
      must(db_->Write(write, &batch));
    }
    must(db_->Flush({}));
    must(db_->CompactRange({}, nullptr, nullptr));
    read_.verify_checksums = false;
  }
  std::uint64_t hits(const Texts& queries) override {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < queries.size(); ++i) {
      rocksdb::PinnableSlice found;
      count += db_->Get(read_, db_->DefaultColumnFamily(), slice(queries.text(i)), &found).ok() ? 1 : 0;
    }
    return count;
  }
  double bytes() override {
    std::uint64_t size = 0;
    db_->GetIntProperty("rocksdb.total-sst-files-size", &size);
    return static_cast<double>(size);
  }

 private:
  static void must(const rocksdb::Status& status) { CORDON_CHECK(status.ok(), "RocksDB works"); }
  static rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ReadOptions read_;
};
#endif

#ifdef CORDON_HAS_SQLITE
class Sqlite : public SetPeer {
 public:
  Sqlite(const Texts& keys, const std::string& folder) : file_(folder + "/sqlite") {
    CORDON_CHECK(sqlite3_open(file_.c_str(), &db_) == SQLITE_OK, "SQLite opens");
    run("pragma journal_mode=off;pragma synchronous=off;pragma mmap_size=17179869184;pragma cache_size=-4000000;"
        "create table i(k text primary key) without rowid;begin");
    sqlite3_prepare_v2(db_, "insert or ignore into i values(?)", -1, &statement_, nullptr);
    for (const std::uint32_t i : sorted_order(keys)) step(keys.text(i));
    sqlite3_finalize(statement_);
    run("commit;begin");
    sqlite3_prepare_v2(db_, "select 1 from i where k=?", -1, &statement_, nullptr);
  }
  ~Sqlite() override {
    sqlite3_finalize(statement_);
    sqlite3_close(db_);
  }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  std::uint64_t hits(const Texts& queries) override {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < queries.size(); ++i) count += step(queries.text(i)) == SQLITE_ROW ? 1 : 0;
    return count;
  }
  double bytes() override { return static_cast<double>(std::filesystem::file_size(file_)); }

 private:
  void run(const char* sql) {
    CORDON_CHECK(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, "SQLite works");
  }
  int step(std::string_view text) {
    sqlite3_bind_text(statement_, 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    const int code = sqlite3_step(statement_);
    sqlite3_reset(statement_);
    return code;
  }
  std::string file_;
  sqlite3* db_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};
#endif

template <typename Peer>
[[maybe_unused]] SetPeerKind disk_peer(std::string name, double goal, std::size_t queries) {
  SetPeerKind kind{.name = std::move(name), .goal = goal, .most = 10'000'000, .queries = queries};
  kind.make = [](const Texts& keys, const std::string& folder) { return std::make_unique<Peer>(keys, folder); };
  return kind;
}

}  // namespace

SetPeerKind lmdb_peer() {
#ifdef CORDON_HAS_LMDB
  return disk_peer<Lmdb>("lmdb", 80, 1 << 19);
#else
  return {.name = "lmdb", .lacks = "liblmdb-dev"};
#endif
}

SetPeerKind rocksdb_peer() {
#ifdef CORDON_HAS_ROCKSDB
  return disk_peer<Rocks>("rocksdb", 100, 1 << 18);
#else
  return {.name = "rocksdb", .lacks = "librocksdb-dev"};
#endif
}

SetPeerKind sqlite_peer() {
#ifdef CORDON_HAS_SQLITE
  return disk_peer<Sqlite>("sqlite", 100, 1 << 18);
#else
  return {.name = "sqlite", .lacks = "libsqlite3-dev"};
#endif
}

}  // namespace cordon::bench
