// Serves MongoDB's protocol over TLS from a folder of SQLite files, by FerretDB: a stand-in for both ends of a copy.
//
//	documents FOLDER ADDRESS CERTIFICATE KEY
//
// It runs until it is interrupted. It is not DocumentDB: it has no expiring, partial or collated indexes.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
}

func serve(arguments []string) error {
	if len(arguments) != 4 {
		return fmt.Errorf("wants FOLDER ADDRESS CERTIFICATE KEY")
	}
	store, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TLS: arguments[1], TLSCertFile: arguments[2], TLSKeyFile: arguments[3]},
		Handler:   "sqlite",
		SQLiteURL: "file:" + arguments[0] + "/",
	})
	if err != nil {
		return err
	}
	context, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return store.Run(context)
}
