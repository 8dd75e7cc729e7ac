"""Opens and mints tokens with jwcrypto, with nothing but the exported keys: a request as JSON on standard input, the
answers as JSON on standard output. What cannot be opened has an error in the place of its plaintext."""

import json
import sys

from jwcrypto import jwe, jwk

ALGORITHMS = ['dir', 'A256KW', 'A256GCM', 'A256CBC-HS512']


def key_for(header, keys):
    algorithm = header['enc'] if header['alg'] == 'dir' else header['alg']
    for key in keys:
        if key['kid'] == header['kid'] and key['alg'] == algorithm:
            return jwk.JWK(**key)
    raise ValueError('no key for this header')


def opened(token, keys):
    try:
        sealed = jwe.JWE(algs=ALGORITHMS)
        sealed.deserialize(token)
        sealed.decrypt(key_for(sealed.jose_header, keys))
        return {'plaintext': sealed.payload.decode('utf-8')}
    except Exception as error:
        return {'error': repr(error)}


def minted(order, keys):
    header = {name: order[name] for name in ('alg', 'enc', 'kid', 'zip') if name in order}
    sealed = jwe.JWE(order['plaintext'].encode('utf-8'), json.dumps(header), algs=ALGORITHMS)
    sealed.add_recipient(key_for(header, keys))
    return sealed.serialize(compact=True)


request = json.load(sys.stdin)
keys = request['keySet']['keys']
json.dump({
    'opened': [opened(token, keys) for token in request['open']],
    'minted': [minted(order, keys) for order in request['mint']],
}, sys.stdout)
