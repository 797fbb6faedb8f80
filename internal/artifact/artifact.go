// Package artifact holds what a build leaves: files in memory, and their way to a folder.
package artifact

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// File is one file of a build. Name is slash-separated and relative to dist/.
type File struct {
	Name string
	Data []byte
}

// Set is an ordered list of files with unique names, and the folders that belong to the build
// alone: whatever else lies in an owned folder is removed when the set is written.
type Set struct {
	Files []File
	Owned []string // slash-separated, relative to dist/, such as velodb
	names map[string]kind
}

// kind tells what a name already stands for, under its lower-case spelling.
type kind struct {
	name   string
	folder bool
}

// Own names a folder that belongs to the build. It refuses names that leave the folder of the set.
func (s *Set) Own(folder string) error {
	if err := checkName(folder); err != nil {
		return err
	}
	s.Owned = append(s.Owned, folder)
	return nil
}

// Add appends a file. It refuses a name that leaves the folder of the set, that is taken, that
// differs from a taken one in case only (such files overwrite each other on macOS and Windows), or
// that is a folder of another file.
func (s *Set) Add(name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := s.claim(name, false); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if err := s.claim(dir, true); err != nil {
			return err
		}
	}
	s.Files = append(s.Files, File{name, data})
	return nil
}

// AddAll appends files until one is refused.
func (s *Set) AddAll(files ...File) error {
	for _, f := range files {
		if err := s.Add(f.Name, f.Data); err != nil {
			return err
		}
	}
	return nil
}

// Get gives the bytes of a file, and whether the set has it.
func (s *Set) Get(name string) ([]byte, bool) {
	for _, f := range s.Files {
		if f.Name == name {
			return f.Data, true
		}
	}
	return nil, false
}

func (s *Set) claim(name string, folder bool) error {
	if s.names == nil {
		s.names = map[string]kind{}
	}
	key := strings.ToLower(name)
	old, taken := s.names[key]
	switch {
	case !taken:
		s.names[key] = kind{name, folder}
	case old.name != name:
		return fmt.Errorf("%q and %q differ in case only", old.name, name)
	case old.folder != folder:
		return fmt.Errorf("%q is both a file and a folder", name)
	case !folder:
		return fmt.Errorf("%q is there twice", name)
	}
	return nil
}

// checkName accepts what every file system takes for a path below a folder.
func checkName(name string) error {
	bad := func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(`\:*?"<>|`, r) }
	if !fs.ValidPath(name) || name == "." || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("%q is no name of a file below the build's folder", name)
	}
	for _, part := range strings.Split(name, "/") {
		if strings.HasPrefix(part, stagePrefix) || strings.TrimRight(part, ". ") != part {
			return fmt.Errorf("%q is no name of a file below the build's folder", name)
		}
	}
	return nil
}
