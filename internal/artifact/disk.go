package artifact

import (
	"bytes"
	"io"
	"io/fs"
	"os"
)

// disk is every change that WriteDir makes to a file system; a test puts failures in its place.
type disk interface {
	mkdir(name string) error
	stage(dir string) (string, error) // makes a new folder in dir
	write(name string, data []byte) error
	sync(name string) error
	rename(from, to string) error
	remove(name string) error    // a file or an empty folder
	removeAll(name string) error // a folder and what is in it
}

type osDisk struct{}

func (osDisk) mkdir(name string) error              { return os.Mkdir(name, 0o777) }
func (osDisk) stage(dir string) (string, error)     { return os.MkdirTemp(dir, stagePrefix) }
func (osDisk) write(name string, data []byte) error { return os.WriteFile(name, data, 0o666) }
func (osDisk) rename(from, to string) error         { return os.Rename(from, to) }
func (osDisk) remove(name string) error             { return os.Remove(name) }
func (osDisk) removeAll(name string) error          { return os.RemoveAll(name) }

// sync waits until the bytes of a file are on the medium, so that a power cut after the rename
// cannot leave an empty file under the final name.
func (osDisk) sync(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// isFile tells whether name is an ordinary file; a symbolic link is not.
func isFile(name string) (fs.FileInfo, bool) {
	info, err := os.Lstat(name)
	return info, err == nil && info.Mode().IsRegular()
}

// Holds tells whether an ordinary file has these bytes. It reads no more of it than that takes, and
// no file of another size.
func Holds(name string, data []byte) bool {
	info, ok := isFile(name)
	if !ok || info.Size() != int64(len(data)) {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close() // only read
	var part [16 << 10]byte
	for {
		n, err := f.Read(part[:])
		if n > len(data) || !bytes.Equal(part[:n], data[:n]) {
			return false
		}
		data = data[n:]
		if err != nil {
			return err == io.EOF && len(data) == 0
		}
	}
}
