// Opens and mints tokens with go-jose, with nothing but the exported keys: a request as JSON on standard input, the
// answers as JSON on standard output. What cannot be opened has an error in the place of its plaintext.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	"gopkg.in/square/go-jose.v2"
)

type request struct {
	KeySet jose.JSONWebKeySet `json:"keySet"`
	Open   []string           `json:"open"`
	Mint   []order            `json:"mint"`
}

type order struct {
	Alg       string `json:"alg"`
	Enc       string `json:"enc"`
	Kid       string `json:"kid"`
	Zip       string `json:"zip"`
	Plaintext string `json:"plaintext"`
}

type response struct {
	Opened []opening `json:"opened"`
	Minted []string  `json:"minted"`
}

type opening struct {
	Plaintext string `json:"plaintext,omitempty"`
	Error     string `json:"error,omitempty"`
}

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	answer := response{Opened: []opening{}, Minted: []string{}}
	for _, token := range asked.Open {
		plaintext, err := open(token, asked.KeySet)
		if err != nil {
			answer.Opened = append(answer.Opened, opening{Error: err.Error()})
		} else {
			answer.Opened = append(answer.Opened, opening{Plaintext: string(plaintext)})
		}
	}
	for _, wanted := range asked.Mint {
		token, err := mint(wanted, asked.KeySet)
		if err != nil {
			log.Fatal(err)
		}
		answer.Minted = append(answer.Minted, token)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}

func open(token string, set jose.JSONWebKeySet) ([]byte, error) {
	sealed, err := jose.ParseEncrypted(token)
	if err != nil {
		return nil, err
	}
	key, err := keyFor(sealed.Header.Algorithm, fmt.Sprint(sealed.Header.ExtraHeaders["enc"]), sealed.Header.KeyID, set)
	if err != nil {
		return nil, err
	}
	return sealed.Decrypt(key)
}

func mint(wanted order, set jose.JSONWebKeySet) (string, error) {
	key, err := keyFor(wanted.Alg, wanted.Enc, wanted.Kid, set)
	if err != nil {
		return "", err
	}
	recipient := jose.Recipient{Algorithm: jose.KeyAlgorithm(wanted.Alg), Key: key.Key, KeyID: wanted.Kid}
	options := &jose.EncrypterOptions{Compression: jose.CompressionAlgorithm(wanted.Zip)}
	encrypter, err := jose.NewEncrypter(jose.ContentEncryption(wanted.Enc), recipient, options)
	if err != nil {
		return "", err
	}
	sealed, err := encrypter.Encrypt([]byte(wanted.Plaintext))
	if err != nil {
		return "", err
	}
	return sealed.CompactSerialize()
}

func keyFor(alg, enc, kid string, set jose.JSONWebKeySet) (*jose.JSONWebKey, error) {
	algorithm := alg
	if alg == "dir" {
		algorithm = enc
	}
	for _, key := range set.Key(kid) {
		if key.Algorithm == algorithm {
			return &key, nil
		}
	}
	return nil, fmt.Errorf("no key for this header")
}
