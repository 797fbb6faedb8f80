package artifact

import (
	"crypto/sha256"
	"encoding/hex"
)

// SHA256 gives the digest of data as 64 hexadecimal digits, in the form of sha256sum.
func SHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Checksums gives the file that sha256sum -c reads: one line per file, in the order of the set.
func Checksums(files []File) []byte {
	var out []byte
	for _, f := range files {
		out = append(out, SHA256(f.Data)+"  "+f.Name+"\n"...)
	}
	return out
}
