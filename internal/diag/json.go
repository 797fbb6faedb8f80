package diag

import (
	"encoding/json"
	"io"
)

// jsonPlace is a Range without its text; a place that is the whole file has no numbers.
type jsonPlace struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Col     int    `json:"col,omitempty"`
	EndLine int    `json:"endLine,omitempty"`
	EndCol  int    `json:"endCol,omitempty"`
}

type jsonNote struct {
	Text string `json:"text"`
	jsonPlace
}

type jsonDiagnostic struct {
	Severity string `json:"severity"`
	ID       string `json:"id"`
	Summary  string `json:"summary"`
	Hint     string `json:"hint,omitempty"`
	jsonPlace
	Notes []jsonNote `json:"notes,omitempty"`
}

// JSON writes one object per line, in the order of the files. It fails only when w does.
func JSON(w io.Writer, l List) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, d := range l.Sorted() {
		out := jsonDiagnostic{d.Severity.String(), d.ID, d.Summary, d.Hint, placeOf(d.At), nil}
		for _, n := range d.Notes {
			out.Notes = append(out.Notes, jsonNote{n.Text, placeOf(n.At)})
		}
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
	return nil
}

func placeOf(r Range) jsonPlace {
	return jsonPlace{r.File, r.Start.Line, r.Start.Col, r.End.Line, r.End.Col}
}
