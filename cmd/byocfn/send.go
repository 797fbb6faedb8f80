package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"byocfn/internal/compile"
	"byocfn/internal/diag"
	"byocfn/internal/launch"
	"byocfn/internal/publish"
)

// sender is the program that speaks with S3. It is not a part of this one: the SDK would make it a
// fifth larger and every start slower, and is needed on the day of a release only.
const sender = "byocfn-publish"

// stopTime is how long the sender may take to say what it did after it was told to stop.
const stopTime = 30 * time.Second

// send has the sender carry out a request, tells how far it is, and gives its result.
func (a *app) send(ctx context.Context, request publish.Request) (publish.Result, diag.List) {
	if ctx.Err() != nil {
		return publish.Result{}, interruptedEarly()
	}
	command, diags := partner(ctx, sender, "objects have to be sent")
	if diags.HasErrors() {
		return publish.Result{}, diags
	}
	var words bytes.Buffer
	command.Stderr = &words
	input, err := command.StdinPipe()
	if err != nil {
		return publish.Result{}, defect(diag.Range{File: sender}, err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return publish.Result{}, defect(diag.Range{File: sender}, err)
	}
	// The sender goes on while its input is open. What it did until then is in its last words.
	command.Cancel, command.WaitDelay = input.Close, stopTime
	if err = command.Start(); err == nil {
		_ = json.NewEncoder(input).Encode(request) // an error means that no result will come
		var result *publish.Result
		result, err = a.events(output)
		_ = input.Close()
		err = errors.Join(err, command.Wait())
		if result != nil {
			return *result, nil
		}
	}
	if ctx.Err() != nil {
		return publish.Result{}, interruptedEarly()
	}
	switch said := oneLine(errors.New(words.String())); {
	case err == nil:
		err = errors.New("it said nothing")
	case said != "":
		err = fmt.Errorf("%w: %s", err, said)
	}
	diags.Error(diag.Range{File: sender}, "not-published",
		"publishing ended early: "+oneLine(err),
		"run the same command again: it writes what is missing")
	return publish.Result{}, diags
}

// interruptedEarly is for a run that gave no result.
func interruptedEarly() (diags diag.List) {
	diags.Error(diag.Range{File: "publish"}, "interrupted", "interrupted",
		"run the same command again: it writes what is missing")
	return diags
}

// events tells of progress, and gives the result once it comes.
func (a *app) events(output io.Reader) (*publish.Result, error) {
	for input := json.NewDecoder(output); ; {
		var event publish.Event
		err := input.Decode(&event)
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil
		case err != nil:
			return nil, err
		case event.Result != nil:
			return event.Result, nil
		case event.Progress != nil:
			a.tellProgress(*event.Progress)
		}
	}
}

// fewObjects is up to how many of them a step needs no words on its way.
const fewObjects = 50

func (a *app) tellProgress(p publish.Progress) {
	if p.Of <= fewObjects && p.Done < p.Of {
		return
	}
	text := fmt.Sprintf("%s %s of %s", p.Step, thousands(p.Done), plural(p.Of, "object"))
	if p.OfBytes > 0 {
		text += fmt.Sprintf(", %s of %s bytes", thousands(int(p.Bytes)), thousands(int(p.OfBytes)))
	}
	fmt.Fprintln(a.err, text)
}

// tellCounts prints a line for each bucket, and one for all.
func (a *app) tellCounts(buckets []publish.Count, dryRun bool) {
	if len(buckets) == 0 {
		return
	}
	var all publish.Count
	w := tabwriter.NewWriter(a.err, 0, 0, 2, ' ', 0)
	for _, c := range buckets {
		fmt.Fprintf(w, "s3://%s\t%s\n", c.Bucket, tellCount(c, dryRun))
		all.Objects, all.Missing = all.Objects+c.Objects, all.Missing+c.Missing
		all.Bytes, all.Uploaded = all.Bytes+c.Bytes, all.Uploaded+c.Uploaded
	}
	_ = w.Flush() // these are words; who does not hear them still gets the exit code
	fmt.Fprintf(a.err, "%s: %s\n", plural(len(buckets), "bucket"), tellCount(all, dryRun))
}

func tellCount(c publish.Count, dryRun bool) string {
	text := plural(c.Objects, "object") + ", "
	switch {
	case dryRun && c.Missing > 0:
		return text + fmt.Sprintf("%s to upload, %s bytes", thousands(c.Missing), thousands(int(c.Bytes)))
	case c.Missing == 0:
		return text + "all there"
	case c.Uploaded < c.Missing:
		return text + fmt.Sprintf("%s of %s uploaded", thousands(c.Uploaded), thousands(c.Missing))
	}
	return text + fmt.Sprintf("%s uploaded, %s bytes", thousands(c.Uploaded), thousands(int(c.Bytes)))
}

// outcome is the result as a program reads it, a line of JSON behind those of the diagnostics.
type outcome struct {
	DryRun  bool            `json:"dryRun"`
	Buckets []publish.Count `json:"buckets"`
	Links   []templateLink  `json:"links"`
}

// templateLink is the launch link of a template in the first of its regions that were published to.
type templateLink struct {
	Template string `json:"template"`
	Region   string `json:"region"`
	URL      string `json:"url"`
}

// tellResult prints what the vendor tries next: the links of what is now there.
func (a *app) tellResult(products []product, result publish.Result, f publishFlags) error {
	links := []templateLink{}
	if !f.dryRun && f.endpoint == "" { // a console takes templates from S3 alone
		links = append(links, linksOfAll(products, f.regions)...)
	}
	switch a.format {
	case formatJSON:
		return a.printed(json.NewEncoder(a.out).Encode(outcome{f.dryRun, result.Buckets, links}))
	case formatText:
		for _, l := range links {
			if _, err := fmt.Fprintf(a.out, "%s\t%s\n", l.Template, l.URL); err != nil {
				return a.printed(err)
			}
		}
	}
	return nil
}

func linksOfAll(products []product, chosen []string) []templateLink {
	var out []templateLink
	for _, p := range products {
		for _, t := range p.result.Plans {
			for _, region := range t.Regions {
				if len(chosen) > 0 && !slices.Contains(chosen, region) {
					continue
				}
				link, diags := launch.Make(t, region, launch.Options{})
				if !diags.HasErrors() && link.QuickCreate != "" {
					out = append(out, templateLink{compile.Dir(t), region, link.QuickCreate})
				}
				break
			}
		}
	}
	return out
}
