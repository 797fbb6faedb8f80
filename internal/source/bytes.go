package source

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"byocfn/internal/diag"
)

// Text gives the bytes of a file of harmless characters as text, without a byte order mark; for
// what is no YAML. name is the file's name for diagnostics.
func Text(name string, data []byte) (string, diag.List) { return checkBytes(name, data) }

// checkBytes refuses what is not a text of harmless characters, before the YAML library sees it.
// It gives the text without its byte order mark.
func checkBytes(name string, data []byte) (string, diag.List) {
	if len(data) > maxBytes {
		return "", tooLarge(name, int64(len(data)))
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	shift := len(data) - len(text)
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") {
			summary := fmt.Sprintf("not UTF-8: byte 0x%02x at offset %d", text[i], shift+i)
			return "", badCharacter(name, text, i, "not-utf8", summary, "save the file as UTF-8")
		}
		if hidden(r) {
			summary := fmt.Sprintf("the file holds the invisible character %U", r)
			return "", badCharacter(name, text, i, "hidden-character", summary,
				"remove it; in a text in double quotes it can be written as an escape")
		}
	}
	return text, nil
}

// hidden tells of characters that a reviewer cannot see and that break lines (U+0085, U+2028,
// U+2029), reorder text (the bidirectional controls) or control a terminal.
func hidden(r rune) bool {
	switch r {
	case '\t', '\n', '\r':
		return false
	case '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

func badCharacter(name, text string, offset int, id, summary, hint string) diag.List {
	at := before(text, offset)
	start := strings.LastIndexAny(text[:offset], "\r\n") + 1
	end := len(text)
	if i := strings.IndexAny(text[offset:], "\r\n"); i >= 0 {
		end = offset + i
	}
	var diags diag.List
	diags.Error(diag.Range{
		File: name, Start: at, End: diag.Pos{Line: at.Line, Col: at.Col + 1},
		Text: string([]rune(text[start:end])), // each wrong byte becomes U+FFFD
	}, id, summary, hint)
	return diags
}
