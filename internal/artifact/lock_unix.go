//go:build darwin || linux || freebsd || netbsd || openbsd || dragonfly

package artifact

import (
	"os"
	"syscall"
)

// canLock tells that lock keeps other builds out.
const canLock = true

// lock waits until no other build writes to the folder. The lock is on the folder itself, so it
// leaves no file, and the system gives it back even when the process is killed.
func lock(dir string) (release func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, &os.PathError{Op: "lock", Path: dir, Err: err}
	}
	return func() { f.Close() }, nil
}
