// verify_log DIR VKEY [PROOFS]: whether Debian's golang.org/x/mod/sumdb (note and tlog) agrees with a log's folder: the
// signature, each line's hash in its tile as authenticated from the root down, and proofs in the form of verify_log.py.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify_log.go DIR VKEY
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (folder) Height() int { return 8 }

// Go's paths have the height, C2SP's do not.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		name := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		read, err := os.ReadFile(filepath.Join(string(f), name))
		if err != nil {
			return nil, err
		}
		out = append(out, read)
	}
	return out, nil
}
func (folder) SaveTiles([]tlog.Tile, [][]byte) {}

func must(err error) {
	if err != nil {
		fmt.Println("no:", err)
		os.Exit(1)
	}
}

func hash(text string) (out tlog.Hash) {
	raw, err := base64.StdEncoding.DecodeString(text)
	must(err)
	if len(raw) != len(out) {
		must(fmt.Errorf("not a hash: %s", text))
	}
	copy(out[:], raw)
	return
}

type proof struct {
	Index, Size, Old int64
	Root, Old_root   string
	Leaf             *string
	Proof            []string
	Right            *bool
}

func checkProofs(path string) (count int) {
	file, err := os.Open(path)
	must(err)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var item proof
		must(json.Unmarshal(lines.Bytes(), &item))
		var hashes []tlog.Hash
		for _, text := range item.Proof {
			hashes = append(hashes, hash(text))
		}
		count++
		if item.Leaf != nil {
			leaf, err := hex.DecodeString(*item.Leaf)
			must(err)
			err = tlog.CheckRecord(hashes, item.Size, hash(item.Root), item.Index, tlog.RecordHash(leaf))
			if (err == nil) != (item.Right == nil || *item.Right) {
				must(fmt.Errorf("proof %d: %v", count, err))
			}
			continue
		}
		err := tlog.CheckTree(hashes, item.Size, hash(item.Root), item.Old, hash(item.Old_root))
		if (err == nil) != (item.Right == nil || *item.Right) {
			must(fmt.Errorf("proof %d: %v", count, err))
		}
	}
	must(lines.Err())
	return
}

func main() {
	dir := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	raw, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err)
	opened, err := note.Open(raw, note.VerifierList(verifier))
	must(err)
	text := strings.Split(opened.Text, "\n")
	if text[0] != verifier.Name() {
		must(fmt.Errorf("another log: %s", text[0]))
	}
	size, err := strconv.ParseInt(text[1], 10, 64)
	must(err)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: hash(text[2])}, folder(dir))
	for first := int64(0); first < size; first += 256 {
		width := size - first
		name := fmt.Sprintf("%03d.p/%d", first/256%1000, width)
		if width >= 256 {
			width, name = 256, fmt.Sprintf("%03d", first/256%1000)
		}
		if first >= 256*1000 {
			name = fmt.Sprintf("x%03d/", first/256/1000) + name
		}
		bundle, err := os.ReadFile(filepath.Join(dir, "tile/entries", name))
		must(err)
		var places []int64
		var lines [][]byte
		for i := int64(0); i < width; i++ {
			length := int(binary.BigEndian.Uint16(bundle))
			lines = append(lines, append([]byte(nil), bundle[2:2+length]...))
			bundle = bundle[2+length:]
			places = append(places, tlog.StoredHashIndex(0, first+i))
		}
		hashes, err := reader.ReadHashes(places)
		must(err)
		for i, line := range lines {
			if tlog.RecordHash(line) != hashes[i] {
				must(fmt.Errorf("line %d is not what the root rests on", first+int64(i)))
			}
		}
	}
	checked := 0
	if len(os.Args) > 3 {
		checked = checkProofs(os.Args[3])
	}
	fmt.Printf("yes: %d lines, %d proofs, by golang.org/x/mod/sumdb\n", size, checked)
}
