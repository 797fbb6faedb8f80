package draw

import (
	"encoding/json"
	"fmt"
	"io"
)

// Serve reads texts, a JSON list of strings, and writes their pictures in the same order, a JSON list
// of SVGs in base64. Where one text cannot be drawn, the error says which, and nothing is written.
func Serve(in io.Reader, out io.Writer) error {
	var texts []string
	if err := json.NewDecoder(in).Decode(&texts); err != nil {
		return fmt.Errorf("reading the texts: %w", err)
	}
	pictures := make([][]byte, len(texts))
	for i, text := range texts {
		var err error
		if pictures[i], err = SVG(text); err != nil {
			return fmt.Errorf("picture %d: %w", i+1, err)
		}
	}
	return json.NewEncoder(out).Encode(pictures)
}
