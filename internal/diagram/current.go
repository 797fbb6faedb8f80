package diagram

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// Current tells whether an SVG was drawn from this very D2 text, which names the version of D2.
func Current(old []byte, src string) bool {
	tag, _, _ := bytes.Cut(old, []byte(">"))
	return bytes.Contains(tag, []byte(Digest(src)))
}

// Digest is the attribute, with a space before it, that says from which text an SVG was drawn.
func Digest(src string) string {
	sum := sha256.Sum256([]byte(src))
	return ` data-source-sha256="` + hex.EncodeToString(sum[:]) + `"`
}
