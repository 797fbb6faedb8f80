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
