// What sort of file a name is of, for its picture.
import CodeIcon from "icon:file-code-1-filled";
import ExcelIcon from "icon:file-excel-filled";
import FileIcon from "icon:file-filled";
import ImageIcon from "icon:file-image-filled";
import MusicIcon from "icon:file-music-filled";
import PdfIcon from "icon:file-pdf-filled";
import PowerpointIcon from "icon:file-powerpoint-filled";
import WordIcon from "icon:file-word-filled";
import ZipIcon from "icon:file-zip-filled";
import type { Component } from "vue";

const SORTS: [string, Component, number][] = [
  ["pdf", PdfIcon, 5],
  ["doc docx odt rtf pages wps", WordIcon, 0],
  ["xls xlsx ods csv numbers et", ExcelIcon, 2],
  ["ppt pptx odp key dps", PowerpointIcon, 4],
  ["zip rar 7z gz tgz xz bz2 tar zst", ZipIcon, 3],
  ["jpg jpeg png gif webp heic bmp svg tif tiff", ImageIcon, 1],
  ["mp3 wav flac m4a ogg amr aac", MusicIcon, 6],
  ["py js ts java go rs c h cpp sql sh json xml yaml yml toml html css log", CodeIcon, 7],
];

/** A picture, and which of the eight colours it has. */
export function fileIcon(name: string): { icon: Component; colour: number } {
  const ending = /\.([^.]+)$/u.exec(name)?.[1]?.toLowerCase() ?? "";
  const found = SORTS.find(([endings]) => endings.split(" ").includes(ending));
  return found ? { icon: found[1], colour: found[2] } : { icon: FileIcon, colour: 7 };
}
