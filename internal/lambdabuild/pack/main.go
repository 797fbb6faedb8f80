// Command pack zips one executable for Lambda: pack EXECUTABLE ZIP. It is a program of its own so
// that lambdabuild can run it with the pinned toolchain: what compress/flate writes may change with
// the version of Go, and the digest of the zip is what customers verify.
package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: pack EXECUTABLE ZIP")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack writes one entry with the name and mode that provided.al2023 runs, and without a time.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
func pack(executable, target string) (err error) {
	in, err := os.Open(executable)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	out, err := os.Create(target)
	if err != nil {
		return err
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	archive := zip.NewWriter(out)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := io.Copy(entry, in); err != nil {
		return err
	}
	return archive.Close()
}
