// Makes the tilesets of this folder: placed by CesiumJS, wrapped by 3d-tiles-tools, neither of which shares code with
// what reads them here:  npm install @cesium/engine 3d-tiles-tools && node make.mjs && node make-tiles.mjs
import { Cartesian3, Transforms, Math as Angles } from '@cesium/engine';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync, copyFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const [lon, lat, height] = [106.577, 29.557, 220];
const at = (east) => Array.from(Transforms.eastNorthUpToFixedFrame(Cartesian3.fromDegrees(lon + east, lat, height)));
const box = (x, y, z, hx, hy, hz) => ({ box: [x, y, z, hx, 0, 0, 0, hy, 0, 0, 0, hz] });
const json = (file, value) => writeFileSync(file, JSON.stringify(value, null, 1));

// A coarse box that two finer contents replace: a b3dm with a centre of its own, and a tileset in another folder.
mkdirSync('tileset/more', { recursive: true });
copyFileSync('instances.glb', 'tileset/coarse.glb');
execFileSync('npx', ['3d-tiles-tools', 'glbToB3dm', '-f', '-i', 'north.glb', '-o', 'tileset/north.b3dm'], { stdio: 'inherit' });
copyFileSync('north.glb', 'tileset/more/box 2.glb');
json('tileset/tileset.json', {
  asset: { version: '1.1' },
  geometricError: 400,
  root: {
    transform: at(0),
    boundingVolume: box(500, 100, 90, 600, 150, 90),
    geometricError: 100,
    refine: 'REPLACE',
    content: { uri: 'coarse.glb' },
    children: [
      { boundingVolume: box(0, 0, 30, 20, 20, 30), geometricError: 0, content: { uri: 'north.b3dm' } },
      { boundingVolume: { sphere: [300, 0, 30, 60] }, geometricError: 50, content: { uri: 'more/tileset.json' } },
    ],
  },
});
const east = Angles.toRadians(lon + 300 / 96900), north = Angles.toRadians(lat);
json('tileset/more/tileset.json', {
  asset: { version: '1.0' },
  geometricError: 50,
  root: {
    transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 300, 0, 0, 1],
    boundingVolume: { region: [east - 1e-5, north - 1e-5, east + 1e-5, north + 1e-5, height, height + 60] },
    geometricError: 0,
    refine: 'ADD',
    content: { url: 'box%202.glb' },
  },
});

// A quadtree of three levels in subtrees of two: contents on the last level only, in two corners.
mkdirSync('implicit/subtrees', { recursive: true });
json('implicit/tileset.json', {
  asset: { version: '1.1' },
  geometricError: 400,
  root: {
    transform: at(0),
    boundingVolume: box(0, 0, 100, 200, 200, 100),
    geometricError: 200,
    refine: 'REPLACE',
    content: { uri: 'content/{level}-{x}-{y}.glb' },
    implicitTiling: {
      subdivisionScheme: 'QUADTREE', subtreeLevels: 2, availableLevels: 3,
      subtrees: { uri: 'subtrees/{level}.{x}.{y}.subtree' },
    },
  },
});
function subtree(file, tiles, contents, below) {
  const bytes = (bits) => { const out = Buffer.alloc(8); bits.forEach((bit, n) => { out[n >> 3] |= bit << (n & 7); }); return out; };
  const views = [tiles, contents, below];
  let text = JSON.stringify({
    buffers: [{ byteLength: 24 }],
    bufferViews: views.map((_, n) => ({ buffer: 0, byteOffset: 8 * n, byteLength: Math.ceil(views[n].length / 8) })),
    tileAvailability: { bitstream: 0 },
    contentAvailability: [{ bitstream: 1 }],
    childSubtreeAvailability: { bitstream: 2 },
  });
  text += ' '.repeat((8 - (text.length % 8)) % 8);
  const head = Buffer.alloc(24);
  head.write('subt', 0);
  head.writeUInt32LE(1, 4);
  head.writeBigUInt64LE(BigInt(text.length), 8);
  head.writeBigUInt64LE(24n, 16);
  writeFileSync(file, Buffer.concat([head, Buffer.from(text), ...views.map(bytes)]));
}
// Of the first subtree the south-western and the north-eastern child are there; two further subtrees begin below them.
const corner = (n) => Array.from({ length: 16 }, (_, at) => (n.includes(at) ? 1 : 0));
subtree('implicit/subtrees/0.0.0.subtree', [1, 1, 0, 0, 1], [0, 0, 0, 0, 0], corner([0, 15]));
subtree('implicit/subtrees/2.0.0.subtree', [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], corner([]));
subtree('implicit/subtrees/2.3.3.subtree', [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], corner([]));
mkdirSync('implicit/content', { recursive: true });
import('node:fs').then(({ readFileSync }) => {
  const packed = gzipSync(readFileSync('north.glb'));
  writeFileSync('implicit/content/2-0-0.glb', packed);
  writeFileSync('implicit/content/2-3-3.glb', packed);
});
