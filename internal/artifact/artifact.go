// Package artifact holds what a build leaves: files in memory, and their way to a folder.
package artifact

// File is one file of a build. Name is slash-separated and relative to dist/.
type File struct {
	Name string
	Data []byte
}

// Set is an ordered list of files with unique names.
type Set []File
