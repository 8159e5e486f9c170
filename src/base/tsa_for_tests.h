// A time-stamping authority of OpenSSL's own, made anew in a folder: what it answers is real, and what it should never
// answer is made with the same keys through `openssl cms`.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/files.h"
#include "base/result.h"

namespace cordon {

class TestTsa {
 public:
  // Keys of P-256, or "rsa:2048".
  explicit TestTsa(std::string folder, const std::string& keys = "ec -pkeyopt ec_paramgen_curve:P-256")
      : folder_(std::move(folder)), keys_(keys) {
    CORDON_CHECK(make_folder(folder_, 0700), "a folder for the authority");
    write("tsa.cnf",
          "[ tsa ]\ndefault_tsa = one\n[ one ]\nserial = " + folder_ +
              "/serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.3.6.1.4.1.99999.1\n"
              "other_policies = 1.3.6.1.4.1.99999.2\ndigests = sha1, sha256, sha384\naccuracy = secs:1\nordering = no\n"
              "tsa_name = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
              "[ v1 ]\nserial = " +
              folder_ +
              "/serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.3.6.1.4.1.99999.1\n"
              "digests = sha256\ness_cert_id_alg = sha1\n");
    write("serial", "01\n");
    run("req -x509 -newkey " + keys_ +
        " -nodes -keyout ca.key -out ca.pem -subj '/CN=Test authority of stamps' -days 36000");
    issue("tsa", "critical,timeStamping", "critical,digitalSignature");
  }

  // A certificate with these extended usages under the authority's; `dates` may make it one of the past.
  void issue(const std::string& name, const std::string& extended, const std::string& usage,
             const std::string& dates = "-days 36000") {
    write(name + ".ext", "extendedKeyUsage=" + extended + "\nkeyUsage=" + usage +
                             "\nbasicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\n");
    run("req -newkey " + keys_ + " -nodes -keyout " + name + ".key -out " + name +
        ".csr -subj '/O=Test/CN=Stamps of the test'");
    if (dates.starts_with("-days")) {
      run("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -out " + name + ".pem -extfile " +
          name + ".ext " + dates);
      return;
    }
    write("ca.cnf",
          "[ ca ]\ndefault_ca = d\n[ d ]\ndatabase = index.txt\nserial = ca.number\nnew_certs_dir = .\ndefault_md = "
          "sha256\npolicy = p\nrand_serial = yes\n[ p ]\ncommonName = supplied\norganizationName = supplied\n");
    write("index.txt", "");
    run("ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in " + name + ".csr -out " + name +
        ".pem -notext -extfile " + name + ".ext " + dates);
  }

  // The answer to a query, as an authority sends it.
  std::string answer(const std::string& query, const std::string& section = "one") const {
    write("q.tsq", query);
    run("ts -reply -config tsa.cnf -section " + section +
        " -queryfile q.tsq -signer tsa.pem -inkey tsa.key -out r.tsr");
    return read("r.tsr");
  }
  std::string token_of(const std::string& answer) const {
    write("t.tsr", answer);
    run("ts -reply -in t.tsr -token_out -out t.tst");
    return read("t.tst");
  }
  // The same statement, signed by somebody with other rights.
  std::string signed_by(const std::string& name, const std::string& token, const std::string& more = "-cades") const {
    write("s.tst", token);
    run("cms -verify -noverify -inform DER -in s.tst -out s.tstinfo -binary");
    run("cms -sign -binary -nodetach -nosmimecap -md sha256 -econtent_type 1.2.840.113549.1.9.16.1.4 -outform DER "
        "-in s.tstinfo -signer " +
        name + ".pem -inkey " + name + ".key -out s.der " + more);
    return read("s.der");
  }
  std::string read(const std::string& file) const { return *read_file(folder_ + "/" + file, 1u << 20); }
  void write(const std::string& file, const std::string& bytes) const {
    CORDON_CHECK(write_file(folder_ + "/" + file, bytes, 0600), "the authority's file is written");
  }
  const std::string& folder() const { return folder_; }

 private:
  void run(const std::string& words) const {
    const std::string command = "cd '" + folder_ + "' && openssl " + words + " >>log 2>&1";
    if (std::system(command.c_str()) == 0) return;
    std::fputs((words + "\n" + read("log")).c_str(), stderr);
    CORDON_CHECK(false, "openssl does what it is told");
  }
  std::string folder_, keys_;
};

}  // namespace cordon
