package customresource

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

const (
	tries      = 6
	perTry     = 4 * time.Second
	firstPause = 400 * time.Millisecond
	lastMargin = 300 * time.Millisecond // Lambda's own time to end the run
)

// deliver PUTs the answer. It tries again after network errors, 408, 429 and 5xx, with growing
// random pauses, as long as the context's deadline allows; any other status is final, above all
// 403: the URL is used up or has expired. No error and no log line holds the URL's query.
func deliver(
	ctx context.Context, client *http.Client, address string, body []byte, log *slog.Logger,
) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		margin := min(lastMargin, time.Until(deadline)/4)
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-margin))
		defer cancel()
	}
	pause := firstPause
	for try := 1; ; try++ {
		again, err := put(ctx, client, address, body)
		if err == nil {
			return nil
		}
		log.Warn("an answer was not taken", "try", try, "error", err.Error())
		if !again || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(Jitter(ctx, pause)):
		}
		pause *= 2
	}
}

// put tries once; again tells whether another try may help.
func put(
	ctx context.Context, client *http.Client, address string, body []byte,
) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, perTry)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, address, bytes.NewReader(body))
	if err != nil {
		return false, withoutURL(err)
	}
	response, err := client.Do(request) // without Content-Type: it is not part of the signature
	if err != nil {
		return true, withoutURL(err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16)) // the status is the answer
	status := response.StatusCode
	if status >= 200 && status < 300 {
		return false, nil
	}
	again = status >= 500 || status == http.StatusRequestTimeout ||
		status == http.StatusTooManyRequests
	return again, fmt.Errorf("CloudFormation's response URL answered %d", status)
}

// withoutURL takes the URL, which is a secret, out of an error.
func withoutURL(err error) error {
	var urlError *url.Error
	if errors.As(err, &urlError) {
		return fmt.Errorf("PUT to CloudFormation's response URL: %w", urlError.Err)
	}
	return err
}
