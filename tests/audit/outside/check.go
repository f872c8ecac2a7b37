// The outside check: Go's own note and tree packages judge a folder of tiles and a proof file.
//
//	check FOLDER VKEY PROOF ENTRY [OLDER-CHECKPOINT]
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "outside check:", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

// open judges a signed checkpoint.
func open(data []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		must(fmt.Errorf("origin is %s", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for index := int64(0); int64(len(all)) < size; index++ {
		name := fmt.Sprintf("%03d", index%1000)
		for rest := index / 1000; rest > 0; rest /= 1000 {
			name = fmt.Sprintf("x%03d/%s", rest%1000, name)
		}
		if width := size - 256*index; width < 256 {
			name = fmt.Sprintf("%s.p/%d", name, width)
		}
		for data := read(filepath.Join(folder, "tile", "entries", name)); len(data) > 0; {
			length := int(data[0])<<8 | int(data[1])
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

// rebuild hashes every entry and answers a reader of the stored hashes.
func rebuild(all [][]byte) tlog.HashReader {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, index := range indexes {
			out = append(out, stored[index])
		}
		return out, nil
	})
	for number, entry := range all {
		hashes, err := tlog.StoredHashes(int64(number), entry, reader)
		must(err)
		stored = append(stored, hashes...)
	}
	return reader
}

func checkProof(text string, entry []byte, vkey string) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		must(fmt.Errorf("not a proof file"))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		must(err)
		proof = append(proof, hash)
	}
	tree := open([]byte(checkpoint), vkey)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	tree := open(read(filepath.Join(folder, "checkpoint")), vkey)
	all := entries(folder, tree.N)
	reader := rebuild(all)
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if root != tree.Hash {
		must(fmt.Errorf("entries give another root"))
	}
	checkProof(string(read(os.Args[3])), bytes.TrimSuffix(read(os.Args[4]), []byte("\n")), vkey)
	if len(os.Args) > 5 {
		older := open(read(os.Args[5]), vkey)
		proof, err := tlog.ProveTree(tree.N, older.N, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash))
	}
	fmt.Printf("%d entries hold\n", tree.N)
}
