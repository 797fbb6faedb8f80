package lambdabuild

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// ManifestName is the manifest's file in dist/lambda.
const ManifestName = "manifest.json"

// Manifest says what the zips of a release are.
type Manifest struct {
	Toolchain    string  `json:"toolchain"`
	Architecture string  `json:"architecture"`
	Functions    []Entry `json:"functions"`
}

// Entry is one zip.
type Entry struct {
	Name    string `json:"name"`    // folder in lambda/
	SHA256  string `json:"sha256"`  // of the zip, in hex
	Size    int64  `json:"size"`    // of the zip, in bytes
	Sources string `json:"sources"` // digest of everything that went in
}

// File is the zip's name in dist/lambda and, behind a prefix, in the bucket.
func (e Entry) File() string { return e.SHA256 + ".zip" }

// CodeSHA256 is the digest as AWS::Lambda::Version and Lambda's API write it: in base64.
func (e Entry) CodeSHA256() string {
	sum, err := hex.DecodeString(e.SHA256)
	if err != nil {
		return "" // Load and Build let no other form through
	}
	return base64.StdEncoding.EncodeToString(sum)
}

// Entry finds a function by its name.
func (m Manifest) Entry(name string) (Entry, bool) {
	for _, entry := range m.Functions {
		if entry.Name == name {
			return entry, true
		}
	}
	return Entry{}, false
}

// Load reads the manifest of a folder; it does not look at the zips. The error is fs.ErrNotExist
// where there is none.
func Load(dir string) (Manifest, error) {
	path := filepath.Join(dir, ManifestName)
	data, err := os.ReadFile(path)
	if err != nil {
		return Manifest{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var manifest Manifest
	if err := decoder.Decode(&manifest); err != nil {
		return Manifest{}, fmt.Errorf("%s: %w", path, err)
	}
	hash := regexp.MustCompile(`^[0-9a-f]{64}$`)
	for _, entry := range manifest.Functions {
		if entry.Name == "" || !hash.MatchString(entry.SHA256) || entry.Size <= 0 {
			return Manifest{}, fmt.Errorf("%s: function %q has no valid name, sha256 or size",
				path, entry.Name)
		}
	}
	return manifest, nil
}

// Verify reads every zip of the manifest in dir and compares it; a publisher calls it first.
func (m Manifest) Verify(dir string) error {
	for _, entry := range m.Functions {
		if err := entry.check(dir); err != nil {
			return err
		}
	}
	return nil
}

// inPlace tells whether a zip of the right size bears the entry's name.
func (e Entry) inPlace(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, e.File()))
	return err == nil && e.SHA256 != "" && info.Size() == e.Size
}

func (e Entry) check(dir string) error {
	path := filepath.Join(dir, e.File())
	sum, size, err := digest(path)
	if err != nil {
		return err
	}
	if sum != e.SHA256 || size != e.Size {
		return fmt.Errorf("%s is not what its name says: its SHA-256 is %s, its size %d, not %d",
			path, sum, size, e.Size)
	}
	return nil
}

// write writes the manifest where it differs from the one in place.
func (m Manifest) write(dir string) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	path := filepath.Join(dir, ManifestName)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	next := path + ".next"
	if err := os.WriteFile(next, data, 0o644); err != nil {
		return err
	}
	return os.Rename(next, path)
}

func digest(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = file.Close() }() // only read
	hash := sha256.New()
	if size, err = io.Copy(hash, file); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}
