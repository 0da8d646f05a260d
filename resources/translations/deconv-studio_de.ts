<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <extracomment>A line above it in its menu. Its key works only while the canvas or the strip has the focus, where it does not take keys from controls.</extracomment>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>Aus&amp;führen</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>&amp;Bereiche</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Save result</source>
        <translation>Ergebnis speichern</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>Previous page of the file</source>
        <translation>Vorige Seite der Datei</translation>
    </message>
    <message>
        <source>Next page of the file</source>
        <translation>Nächste Seite der Datei</translation>
    </message>
    <message>
        <source>Close picture</source>
        <translation>Bild schließen</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy colour under the cursor</source>
        <translation>Farbe unter dem Zeiger kopieren</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Use the result as the picture</source>
        <translation>Mit dem Ergebnis als Bild weiterarbeiten</translation>
    </message>
    <message>
        <source>Remove the result</source>
        <translation>Ergebnis entfernen</translation>
    </message>
    <message>
        <source>Fit to the window</source>
        <translation>In das Fenster einpassen</translation>
    </message>
    <message>
        <source>Actual size, 100 %</source>
        <translation>Originalgröße, 100 %</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Compare by split</source>
        <translation>Vergleichen mit Trennlinie</translation>
    </message>
    <message>
        <source>Compare by holding \</source>
        <translation>Vergleichen durch Halten von \</translation>
    </message>
    <message>
        <source>Compare as difference</source>
        <translation>Als Differenz vergleichen</translation>
    </message>
    <message>
        <source>Compare side by side</source>
        <translation>Nebeneinander vergleichen</translation>
    </message>
    <message>
        <source>Show the original</source>
        <translation>Original zeigen</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>Strip of pictures</source>
        <translation>Bilderstreifen</translation>
    </message>
    <message>
        <source>Strip shows results</source>
        <translation>Streifen zeigt Ergebnisse</translation>
    </message>
    <message>
        <source>Side panel</source>
        <translation>Seitenbereich</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Switch light and dark</source>
        <translation>Zwischen hell und dunkel wechseln</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Cancel what runs</source>
        <translation>Laufendes abbrechen</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>Modell hinzufügen …</translation>
    </message>
    <message>
        <source>Look for models again</source>
        <translation>Modelle neu suchen</translation>
    </message>
    <message>
        <source>Find an action…</source>
        <translation>Aktion suchen …</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Doctor: check this installation</source>
        <translation>Diagnose: diese Installation prüfen</translation>
    </message>
    <message>
        <source>Copy diagnostics…</source>
        <translation>Diagnosedaten kopieren …</translation>
    </message>
    <message>
        <source>About Deconv Studio</source>
        <translation>Über Deconv Studio</translation>
    </message>
    <message>
        <source>Wheel</source>
        <extracomment>What works without standing in a menu.</extracomment>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>zoom to the cursor</source>
        <translation>zum Zeiger hin zoomen</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>move the picture</source>
        <translation>das Bild verschieben</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>fit or 100 %</source>
        <translation>einpassen oder 100 %</translation>
    </message>
    <message>
        <source>hold for the original</source>
        <translation>halten zeigt das Original</translation>
    </message>
    <message>
        <source>previous and next picture</source>
        <translation>voriges und nächstes Bild</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Find an action</source>
        <translation>Aktion suchen</translation>
    </message>
    <message>
        <source>Type what you want to do</source>
        <translation>Tippen Sie, was Sie tun möchten</translation>
    </message>
    <message>
        <source>Actions found</source>
        <translation>Gefundene Aktionen</translation>
    </message>
    <message>
        <source>On the picture</source>
        <translation>Auf dem Bild</translation>
    </message>
</context>
<context>
    <name>AdjointPage</name>
    <message>
        <source>K is the convolution with the same kernel, stride and padding. The layer is its transpose Kᵀ, not its inverse: for every x and y, ⟨Kx, y⟩ = ⟨x, Kᵀy⟩.</source>
        <extracomment>The user wants another x.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another x</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw other random numbers for x; y is the input.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matrix of one row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matrix of the whole picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output padding {padding} is not smaller than the stride {stride}: a convolution of this output has more numbers than the input, so the two are no transposes of each other. Use less output padding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Difference {difference}, in double precision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>random</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>convolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>transposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The matrix of the whole picture would be too large to see. Use a smaller input.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>K: {rows} × {columns}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kᵀ: {rows} × {columns}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a row is what one output of K looks at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a column is what one input of Kᵀ stamps</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnomalyPanel</name>
    <message>
        <source>Model</source>
        <translation type="unfinished">Modell</translation>
    </message>
    <message>
        <source>Spots and tiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keep all</source>
        <translation type="unfinished">alle behalten</translation>
    </message>
    <message>
        <source>Spots of the mask with fewer pixels are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smallest spot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag the threshold; a picture with a higher score is not normal.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the model&apos;s own threshold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cividis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threshold of a spot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heat above which a pixel is in the mask, in multiples of the model&apos;s own threshold.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outline the mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heat under the pointer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SCORE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation type="unfinished">Schwelle</translation>
    </message>
    <message>
        <source>HEAT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished">Farben</translation>
    </message>
    <message>
        <source>Train on a folder of good pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save heat and mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG, coloured over the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG, white where a pixel is not normal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TIFF in floating point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same for a whole folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score every picture of a folder in the Folders panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for anomalies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model of what is normal yet. Train one on a folder of good pictures, or add an .onnx file with a card.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation type="unfinished">Modell hinzufügen …</translation>
    </message>
    <message>
        <source>The model names no good pictures to compare with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More unusual than every one of {count} good pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No more unusual than the {count} good pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More unusual than {share} % of {count} good pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>heat {value}, {times} × the model&apos;s threshold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving the heat of {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Arithmetic</name>
    <message>
        <source>A: {first}, B: {second}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose kept samples below and mark them A and B (keys A, B)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean of {n}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AtlasGrid</name>
    <message>
        <source>Units of the atlas</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AtlasModel</name>
    <message>
        <source>Unit {unit}: no picture excites it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit {unit}: strongest {value:.4g} in {file}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AtlasPanel</name>
    <message>
        <source>Make an atlas, or open one</source>
        <extracomment>The network to begin with.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder with pictures on the right. Each goes through the network once; then you see, for every unit of the layer, the nine pictures that excite it most, and why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About the atlas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unit or file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search units and files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of the units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strongest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back in pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the units show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patches of the unit, each beside its reconstruction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No unit and no file is called so.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer</source>
        <translation type="unfinished">Schicht</translation>
    </message>
    <message>
        <source>all, or numbers and spans such as 0-63,70</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished">Von</translation>
    </message>
    <message>
        <source>a folder with pictures</source>
        <translation type="unfinished">ein Ordner mit Bildern</translation>
    </message>
    <message>
        <source>With its subfolders</source>
        <translation type="unfinished">Mit Unterordnern</translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished">Nach</translation>
    </message>
    <message>
        <source>a folder for the atlas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop; what was looked at stays, and Go on does the rest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What will be done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the atlas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished">Weiter</translation>
    </message>
    <message>
        <source>Go on where it was stopped; pictures that came since are added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open…</source>
        <translation type="unfinished">Öffnen …</translation>
    </message>
    <message>
        <source>Browse an atlas that was made before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the atlas as a page in the browser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is one already; Go on adds pictures that came since.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One was begun here; Go on does the rest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each picture goes through the network once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is an atlas of this layer in {folder}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation type="unfinished">Ersetzen</translation>
    </message>
    <message>
        <source>Atlas of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} pictures could not be looked at. The first: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open an atlas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer}: {units} units, {pictures} pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer} of {model}: {units} units over {pictures} pictures, rule {rule}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit {unit}, strongest {value:.4g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit {unit}: no picture of the folder excites it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>Back</source>
        <extracomment>Neighbours that are shown of a sample.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the seeds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the grid shows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the cells</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the cells (Ctrl and the wheel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far from the sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Near {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>class {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not made yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>original</source>
        <extracomment>Bytes of tiles kept, or four viewports where that is more. Above this zoom pixels are shown as squares. A part of a running job is kept reduced so that all parts together have at most this many pixels. Milliseconds a new result takes to fade in over the old. What was shown before, until the new one has something to show.</extracomment>
        <translation>Original</translation>
    </message>
    <message>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Picture</source>
        <extracomment>The last size at which a slot&apos;s visible tiles were all there: the sharpest stand-in while zooming.</extracomment>
        <translation>Bild</translation>
    </message>
    <message>
        <source>The picture cannot be shown: {0}</source>
        <translation>Das Bild kann nicht gezeigt werden: {0}</translation>
    </message>
    <message>
        <source>{0}, {1} × {2}</source>
        <translation>{0}, {1} × {2}</translation>
    </message>
    <message>
        <source>difference × {0}, {1} × {2}</source>
        <translation>Differenz × {0}, {1} × {2}</translation>
    </message>
    <message>
        <source>{0} (hold \ for the original)</source>
        <translation>{0} (\ halten zeigt das Original)</translation>
    </message>
    <message>
        <source>No picture is open.</source>
        <translation>Es ist kein Bild offen.</translation>
    </message>
    <message>
        <source>{0}, shown at {1} %.</source>
        <translation>{0}, gezeigt mit {1} %.</translation>
    </message>
    <message>
        <source>Compared with {0}.</source>
        <translation>Verglichen mit {0}.</translation>
    </message>
</context>
<context>
    <name>CardBox</name>
    <message>
        <source>About the model</source>
        <extracomment>Milliseconds an option has to stay as it is before the estimate is made anew.</extracomment>
        <translation>Über das Modell</translation>
    </message>
</context>
<context>
    <name>Checkerboard</name>
    <message>
        <source>Checkerboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Workbench…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at the layers that enlarge, one by one, in the Workbench</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ No layer of {name} brings in a checkerboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ The layer {layer} ({op}, ×{stride}) brings one in: {score} of the detail.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CheckerboardPage</name>
    <message>
        <source>A whole network is fed noise. After each layer that enlarges, the score is the share of the detail&apos;s energy at the harmonics of its stride: what stands there is a checkerboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model to look over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model that enlarges, or open an .onnx file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open .onnx…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look over any network with one input.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers that enlarge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The middle of the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectrum of the result along a row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look over a network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Networks (*.onnx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not looked over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing enlarges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has no layer that enlarges, so none can bring in a checkerboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ No checkerboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No layer of {name} brings one in, fed noise of {size}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ Checkerboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer {layer} of {name} brings it in, fed noise of {size}. {remedy}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less its mean, {low} … {high}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score of {layer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>← brings it in</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Collapsible</name>
    <message>
        <source>unfolded</source>
        <translation>aufgeklappt</translation>
    </message>
    <message>
        <source>folded away</source>
        <translation>zugeklappt</translation>
    </message>
</context>
<context>
    <name>Curve</name>
    <message>
        <source>Curve of the loss</source>
        <extracomment>Milliseconds between two looks at the clock while a training runs.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{first:.4g} at first, {last:.4g} now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the loss, once it is measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss {value:.4g}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>class {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>truncation {value:.2g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation type="unfinished">{name} gespeichert</translation>
    </message>
    <message>
        <source>Saved {n} files in {folder}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen …</translation>
    </message>
    <message>
        <source>Browse for a folder</source>
        <translation>Ordner suchen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>A network carries the licence of its weights and was made from other people&apos;s pictures.</source>
        <translation>Ein Netz trägt die Lizenz seiner Gewichte und entstand aus Bildern anderer Leute.</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>Dieses Modell verwenden</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>Modell hinzufügen</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>0 to 1</source>
        <translation>0 bis 1</translation>
    </message>
    <message>
        <source>0 to 255</source>
        <translation>0 bis 255</translation>
    </message>
    <message>
        <source>-1 to 1</source>
        <translation>-1 bis 1</translation>
    </message>
    <message>
        <source>What the network was trained on; where it shows, it is found out.</source>
        <translation>Womit das Netz trainiert wurde; wo es erkennbar ist, wird es selbst herausgefunden.</translation>
    </message>
    <message>
        <source>Looking at the model: it is run on small pictures of several sizes…</source>
        <translation>Das Modell wird untersucht: Es läuft auf kleinen Bildern verschiedener Größe …</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Close Deconv Studio?</source>
        <translation>Deconv Studio schließen?</translation>
    </message>
    <message>
        <source>Unsaved results</source>
        <translation>Nicht gespeicherte Ergebnisse</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Hier bleiben</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnosedaten</translation>
    </message>
    <message>
        <source>Copy this into a report. It names versions, the system and the last lines of the log.</source>
        <translation>Kopieren Sie dies in eine Fehlermeldung. Es nennt Versionen, das System und die letzten Zeilen des Protokolls.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>Protokollordner öffnen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>The program can go on; results that were finished are kept. If it happens again, report it.</source>
        <translation>Das Programm kann weiterlaufen; fertige Ergebnisse bleiben erhalten. Melden Sie es, wenn es wieder geschieht.</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source> megapixels</source>
        <translation> Megapixel</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>Alles behalten</translation>
    </message>
    <message>
        <source>Leave out place, serial numbers and the like</source>
        <translation>Ort, Seriennummern und Ähnliches weglassen</translation>
    </message>
    <message>
        <source>Leave out all</source>
        <translation>Alles weglassen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>{width} × {height}, about {size}.</source>
        <translation>{width} × {height}, etwa {size}.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>A file of this name is there and will be replaced.</source>
        <translation>Eine Datei dieses Namens ist da und wird ersetzt.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Licence of the weights</source>
        <translation>Lizenz der Gewichte</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Gemacht von</translation>
    </message>
    <message>
        <source>Training data</source>
        <translation>Trainingsdaten</translation>
    </message>
    <message>
        <source>Licence of the data</source>
        <translation>Lizenz der Daten</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwendung</translation>
    </message>
    <message>
        <source>Authors of the training data</source>
        <translation>Urheber der Trainingsdaten</translation>
    </message>
    <message>
        <source>Name (id)</source>
        <translation>Name (Kennung)</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Range of samples</source>
        <translation>Wertebereich</translation>
    </message>
    <message>
        <source>Looking at a model</source>
        <translation>Ein Modell wird untersucht</translation>
    </message>
    <message>
        <source>One output pixel depends on the whole picture; it cannot be cut into tiles</source>
        <translation>Jedes Ausgabepixel hängt vom ganzen Bild ab; es lässt sich nicht in Kacheln zerlegen</translation>
    </message>
    <message>
        <source>Adding a model</source>
        <translation>Ein Modell wird hinzugefügt</translation>
    </message>
    <message>
        <source>These results are not saved and would be lost:</source>
        <translation>Diese Ergebnisse sind nicht gespeichert und gingen verloren:</translation>
    </message>
    <message>
        <source>Close without saving</source>
        <translation>Schließen, ohne zu speichern</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Abbrechen und schließen</translation>
    </message>
    <message>
        <source>Save all…</source>
        <translation>Alle speichern …</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>The fastest that works here</source>
        <translation>Das schnellste, das hier funktioniert</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Networks run on</source>
        <translation>Netze laufen auf</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Memory for networks</source>
        <translation>Speicher für Netze</translation>
    </message>
    <message>
        <source>Ask before opening more than</source>
        <translation>Nachfragen vor dem Öffnen von mehr als</translation>
    </message>
    <message>
        <source>Metadata of saved pictures</source>
        <translation>Metadaten gespeicherter Bilder</translation>
    </message>
    <message>
        <source>The language changes when the program is started again.</source>
        <translation>Die Sprache wechselt beim nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>Before the first use of {model}</source>
        <translation>Vor der ersten Verwendung von {model}</translation>
    </message>
    <message>
        <source>not named</source>
        <translation>nicht genannt</translation>
    </message>
    <message>
        <source>Research only</source>
        <translation>Nur für die Forschung</translation>
    </message>
    <message>
        <source>As the licences allow</source>
        <translation>Wie die Lizenzen erlauben</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Input {name}: {channels} channel(s), {layout}</source>
        <translation>Eingabe {name}: {channels} Kanäle, {layout}</translation>
    </message>
    <message>
        <source>Output {name}: {scale} times as large</source>
        <translation>Ausgabe {name}: {scale}-mal so groß</translation>
    </message>
    <message>
        <source>Sizes: {sizes}</source>
        <translation>Größen: {sizes}</translation>
    </message>
    <message>
        <source>{count} parameters, {size}</source>
        <translation>{count} Parameter, {size}</translation>
    </message>
    <message>
        <source>Version {version}

For people who work with deconvolutional networks: networks that turn features back into pixels. Everything runs on this computer.

MIT licence. The licences of the bundled models and pictures are in NOTICE and in each model&apos;s card.</source>
        <translation>Version {version}

Für Menschen, die mit dekonvolutionalen Netzen arbeiten: Netzen, die Merkmale wieder in Pixel verwandeln. Alles läuft auf diesem Rechner.

MIT-Lizenz. Die Lizenzen der mitgelieferten Modelle und Bilder stehen in NOTICE und in der Karte jedes Modells.</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>One output pixel depends on {n} pixels to each side</source>
        <translation>Ein Ausgabepixel hängt von {n} Pixeln nach jeder Seite ab</translation>
    </message>
    <message>
        <source>Still running: {names}. Closing stops it; what was finished stays.</source>
        <translation>Läuft noch: {names}. Schließen bricht es ab; was fertig ist, bleibt.</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnosedaten kopieren</translation>
    </message>
    <message>
        <source>{name} (not there)</source>
        <translation>{name} (nicht vorhanden)</translation>
    </message>
    <message>
        <source>only {h} × {w}</source>
        <translation>nur {h} × {w}</translation>
    </message>
    <message>
        <source>any multiple of {n}</source>
        <translation>jedes Vielfache von {n}</translation>
    </message>
</context>
<context>
    <name>Doctor</name>
    <message>
        <source>Versions</source>
        <extracomment>The sections of the diagnosis, in a person&apos;s words.</extracomment>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>Ausführung</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Extras</source>
        <translation>Zusätze</translation>
    </message>
    <message>
        <source>Broken</source>
        <translation>Defekt</translation>
    </message>
    <message>
        <source>Nothing is broken.</source>
        <translation>Nichts ist defekt.</translation>
    </message>
    <message>
        <source>Doctor</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>What networks can run on here, and what is missing.</source>
        <translation>Worauf Netze hier laufen können, und was fehlt.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>float</source>
        <extracomment>A picture is being read: its path or its name. A picture is open. Reading failed: what was asked for (path) and the error. Nothing is open any more. The list of the folder&apos;s pictures is new. Limit on pixels for the next reading; None = the imaging room&apos;s own. Replaces the folder&apos;s listing: the files were given one by one (command line, drop of several).</extracomment>
        <translation>Gleitkomma</translation>
    </message>
    <message>
        <source>{bits}-bit</source>
        <translation>{bits} Bit</translation>
    </message>
</context>
<context>
    <name>EnlargePanel</name>
    <message>
        <source>Scale</source>
        <translation>Faktor</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>By the network</source>
        <translation>Durch das Netz</translation>
    </message>
    <message>
        <source>Bicubic</source>
        <translation>Bikubisch</translation>
    </message>
    <message>
        <source>What enlarges the transparency of pictures that have one.</source>
        <translation>Was die Transparenz von Bildern vergrößert, die eine haben.</translation>
    </message>
    <message>
        <source>Transparency</source>
        <translation>Transparenz</translation>
    </message>
    <message>
        <source>How much of plain bicubic enlargement is mixed in; softer, with fewer surprises.</source>
        <translation>Wie viel schlichte bikubische Vergrößerung beigemischt wird; weicher, mit weniger Überraschungen.</translation>
    </message>
    <message>
        <source>Blend with bicubic</source>
        <translation>Bikubisch beimischen</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
</context>
<context>
    <name>EquivalentsPage</name>
    <message>
        <source>A transposed convolution is a convolution that makes stride² channels, interleaved by a pixel shuffle (Shi et al. 2016). Resize and convolution is another layer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transposed convolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Convolution + pixel shuffle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Their difference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resize + convolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flat grey, transposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flat grey, resized</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>largest {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same layer: a {taps} × {taps} convolution to {channels} channels and a pixel shuffle by {stride} give the same output. Largest difference {difference}, in double precision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>deviates by {ripple}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest-neighbour resize and the same kernel over {area}: a transposed convolution again, with a kernel of {joined} × {joined} (largest difference {difference}), whose overlap is even whatever the weights are.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FileTable</name>
    <message>
        <source>File</source>
        <extracomment>Milliseconds a control has to stay as it is before the plan is made anew. Lines with a reason that get their full height again when the table changes its width. Lines handed over at once while planning.</extracomment>
        <translation>Datei</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Reason and way out</source>
        <translation>Grund und Abhilfe</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>▸ running</source>
        <translation>▸ läuft</translation>
    </message>
    <message>
        <source>✓ done</source>
        <translation>✓ fertig</translation>
    </message>
    <message>
        <source>– skipped</source>
        <translation>– ausgelassen</translation>
    </message>
    <message>
        <source>✕ failed</source>
        <translation>✕ misslungen</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>abgebrochen</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Copied, {width} × {height}</source>
        <translation type="unfinished">Kopiert, {width} × {height}</translation>
    </message>
    <message>
        <source>The sample is the open picture now; go on with it in another panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save into a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving samples</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose: {name}</source>
        <translation>Wählen: {name}</translation>
    </message>
</context>
<context>
    <name>FoldersPanel</name>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Wählen Sie einen Ordner</translation>
    </message>
    <message>
        <source>Drop one here, or choose it on the right. You see what would be done, and how long it would take, before anything starts.</source>
        <translation>Ziehen Sie einen hierher oder wählen Sie ihn rechts. Sie sehen, was getan würde und wie lange es dauert, bevor etwas beginnt.</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>a folder with pictures</source>
        <translation>ein Ordner mit Bildern</translation>
    </message>
    <message>
        <source>With its subfolders</source>
        <translation>Mit Unterordnern</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>a folder for the results</source>
        <translation>ein Ordner für die Ergebnisse</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>As the input</source>
        <translation>Wie die Eingabe</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Report it</source>
        <translation>Melden</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Choose another name</source>
        <translation>Anderen Namen wählen</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>If a result is there already</source>
        <translation>Wenn ein Ergebnis schon da ist</translation>
    </message>
    <message>
        <source>Stop; what is finished stays, and Go on does the rest</source>
        <translation>Abbrechen; was fertig ist, bleibt, und „Weiter“ macht den Rest</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Do what failed or was stopped; what is done is left alone</source>
        <translation>Tun, was misslang oder abgebrochen wurde; Fertiges bleibt unberührt</translation>
    </message>
    <message>
        <source>Open results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>Bericht …</translation>
    </message>
    <message>
        <source>There is no model that fits. Add one with Ctrl+M.</source>
        <translation>Kein Modell passt. Fügen Sie mit Strg+M eines hinzu.</translation>
    </message>
    <message>
        <source>Choose a folder with pictures.</source>
        <translation>Wählen Sie einen Ordner mit Bildern.</translation>
    </message>
    <message>
        <source>Looking into the folder…</source>
        <translation>Der Ordner wird durchgesehen …</translation>
    </message>
    <message>
        <source>{n} to do</source>
        <translation>{n} zu tun</translation>
    </message>
    <message>
        <source>{n} skipped</source>
        <translation>{n} ausgelassen</translation>
    </message>
    <message>
        <source>{n} cannot be done</source>
        <translation>{n} nicht möglich</translation>
    </message>
    <message>
        <source>About {size}</source>
        <translation>Etwa {size}</translation>
    </message>
    <message>
        <source>, {time}</source>
        <translation>, {time}</translation>
    </message>
    <message>
        <source>Folder {name}</source>
        <translation>Ordner {name}</translation>
    </message>
    <message>
        <source>{n} done</source>
        <translation>{n} fertig</translation>
    </message>
    <message>
        <source>{n} failed</source>
        <translation>{n} misslungen</translation>
    </message>
    <message>
        <source>{n} not reached</source>
        <translation>{n} nicht erreicht</translation>
    </message>
    <message>
        <source>{n} could not be done. The table says why, and what helps; then Go on does the rest.</source>
        <translation>{n} misslungen. Die Tabelle sagt, warum und was hilft; danach macht „Weiter“ den Rest.</translation>
    </message>
</context>
<context>
    <name>FusionPage</name>
    <message>
        <source>Down by the convolution, up by its transpose: detail is lost. A skip connection carries the detail past, here with noise on it. Added (FCN) both get one weight; concatenated under a 1 × 1 convolution (U-Net) each gets its own.</source>
        <extracomment>The noise on the skip connection has changed.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise on the skip connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Standard deviation of the noise that the skip connection carries.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished">Bild</translation>
    </message>
    <message>
        <source>Down: K x</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up: Kᵀ K x</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Skip: x + noise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Skip alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Concatenated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kernel does not fit into the input, so nothing goes down. Use a larger input, a smaller kernel or more padding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMS error {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Added: {gain} · (up + skip), error {added}. Concatenated: {up} · up + {skip} · skip + {bias}, error {joined}. All weights are those of least squares; addition is the concatenation whose weights are the same.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GeneratedPanel</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
</context>
<context>
    <name>GridEditor</name>
    <message>
        <source>Left button paints, right button clears. Keys: arrows move, Space paints, Delete clears, + and − change a cell.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>row {row}, column {column}: {value}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GridView</name>
    <message>
        <source>{rows} by {columns} numbers, {note}</source>
        <extracomment>Side of the smallest cell in which lines are drawn, and of the smallest with a number in it. Colours: the theme&apos;s, or those of &quot;dark&quot;, in which bright is much, as a photo has it.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>row {row}, column {column}: {value}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HeatOverlay</name>
    <message>
        <source>Heat over the picture</source>
        <extracomment>Premultiplied ARGB of the outline and of the rim around it, seen on every picture and every ramp.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HierarchyView</name>
    <message>
        <source>The unit&apos;s way down</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Luminance</source>
        <translation>Luminanz</translation>
    </message>
    <message>
        <source>R</source>
        <translation>R</translation>
    </message>
    <message>
        <source>G</source>
        <translation>G</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
</context>
<context>
    <name>InlineMessage</name>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>InspectPanel</name>
    <message>
        <source>File…</source>
        <extracomment>Milliseconds a slider has to rest before the views are drawn anew. Longer sides at which a network of any size sees the picture; 0 is as it is. The network to begin with, where none was chosen before.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open an .onnx file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look into an .onnx file of your own; it can also be dropped onto the window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the network see the open picture; from then on every click is live.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is being done</source>
        <translation type="unfinished">Was gerade getan wird</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Abbrechen</translation>
    </message>
    <message>
        <source>Stop what runs (Esc)</source>
        <translation type="unfinished">Laufendes abbrechen (Esc)</translation>
    </message>
    <message>
        <source>What the rule does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule</source>
        <translation type="unfinished">Regel</translation>
    </message>
    <message>
        <source>Strongest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clicked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Position</source>
        <translation type="unfinished">Ort</translation>
    </message>
    <message>
        <source>Where the unit&apos;s activity is taken from: its strongest place, where you click on its map or on the picture, or everywhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much the view is amplified; at 1 only its strongest value is at the end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model:layer:unit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The link to this unit. Write or paste another one and press Return to go there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished">Kopieren</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the link to this unit (C)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About the unit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CLASS SCORES</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify by occlusion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify by occlusion: cover what the reconstruction shows, then what it does not (V)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Randomise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Randomise from this layer up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Randomise from this layer up: shuffle the weights and reconstruct again (X)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this view among the pinned ones, to compare (P)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save, export, go to a link, and everything else</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seen at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{side} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>full size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longer side at which a network of any size sees the picture; others have their own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours of activations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cividis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grey</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All rise evenly. A map with negative values is blue and orange, grey at zero.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours of reconstructions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As pixels, grey is zero</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sum, blue to orange</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The channels as colours, or their sum on a ramp that is neutral at zero.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished">Startwert</translation>
    </message>
    <message>
        <source>The unit&apos;s activation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What stands at the position before going back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size, colours, seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter by name or operator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every tensor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also show what only leads to the next layer: convolutions before their activation, reshaping, padding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished">Bild</translation>
    </message>
    <message>
        <source>Unit&apos;s map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reconstruction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nine seeds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hierarchy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the views show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The whole picture, or the unit&apos;s receptive field: the patch beside its reconstruction (Z)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by peak</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by mean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of the units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All maps share the layer&apos;s range; else each unit has its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This needs a rule that projects back: deconvnet, guided or gradient.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is pinned. P keeps the view at hand: of any unit, rule, picture or network. Return goes back to a pinned unit, Delete takes it away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify covers what the reconstruction shows; Randomise shuffles the weights. What comes of it stands here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome of the tests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before and after shuffling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin this view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to a link…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole picture or field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save picture, values and patch…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the reverse graph…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Randomise from another layer up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look into a network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Networks (*.onnx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation type="unfinished">Wird geprüft …</translation>
    </message>
    <message>
        <source>Open a picture (Ctrl+O), or drop one here, to see what a network makes of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no network yet. Drop an .onnx file onto the window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press Look (Ctrl+Return): the network sees the picture once, then clicks are live.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation type="unfinished">{count} Parameter</translation>
    </message>
    <message>
        <source>{shown} of {every} layers of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No layer of {name} has “{text}” in its name or operator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>highest peak first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>highest mean first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} units of {layer}, {sorting}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Covering the picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unit {unit} of {layer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>peak {peak:.4g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>evidence for {name} in {layer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>forward {forward:.0f} ms, reverse {reverse:.0f} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gain × {gain:g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole map.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed {value:.4g} at {place}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed {value:.4g}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It sees {height} × {width} pixels, rows {top} to {bottom}, columns {left} to {right}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deconvnet, since max pools tie this layer to the picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guided: there is no max pool below, so deconvnet would not depend on the picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No max pool lies below this layer: deconvnet shows its filters, whatever the picture is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No reconstruction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to {layer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use one as seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pinned, {count} in all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no network {name} here. Install it, or open its file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} has no layer {layer}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>class {unit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Covering…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit {unit} of {layer}, {rule}. Covering the half of its field that the reconstruction shows most lowers the unit by {shown:.0f} %; covering the half it shows least, by {hidden:.0f} %.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ The reconstruction shows the cause.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ The reconstruction does not show the cause.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shuffling the weights…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights of {since} and all above it up to {layer} shuffled, unit {unit}, {rule}: the two reconstructions correlate by {likeness:.2f}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ They look alike: what is shown depends little on these weights. Try from a lower layer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ They differ: what is shown depends on what was learned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save into a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {names}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the reverse graph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reverse graphs (*.recon.onnx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation type="unfinished">{name} gespeichert</translation>
    </message>
</context>
<context>
    <name>InspectWords</name>
    <message>
        <source>By the network</source>
        <translation type="unfinished">Durch das Netz</translation>
    </message>
    <message>
        <source>Deconvnet where max pools lie below the layer, else guided.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deconvnet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back through the transposed filters; rectifiers cut what is negative on the way back, max pools put values where they came from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guided backpropagation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As deconvnet, and rectifiers also cut where the unit was off on the way forward.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plain gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the unit&apos;s value would change with each pixel, exactly; noisy to look at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grad-CAM (for a class)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where in the chosen layer the evidence for a class is; choose the class among the scores.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Occlusion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A grey patch is moved over the picture; the map shows how much the unit falls where it lies.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is shown</source>
        <extracomment>Heading and text of the help.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network sees the picture once. A unit&apos;s map is its activity at every place. The reconstruction takes the activity at one place, sets all else to zero, and goes back through the same filters to pixels. Grey is zero; brighter and darker are more and less. It is no photograph of what the unit wants, but the part of this picture that reached it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deconvnet (Zeiler and Fergus 2014)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows which pattern a unit answers to, tied to the picture by the switches of max pools. Without max pooling below the layer it does not depend on the picture at all: it shows the filters only, whatever is open. It cannot show what makes the unit weaker.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guided backpropagation (Springenberg and others 2015)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sharp, and tied to the picture without any pooling. Much of the sharpness is the picture&apos;s own edges: it changes little when the weights above are shuffled, so it says where, and hardly why. Check it with “Randomise from here up”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plain gradient (Simonyan and others 2014)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exact for infinitely small changes of the pixels. It shows both what strengthens and what weakens. It does not show what matters as a whole: a saturated unit has no gradient.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grad-CAM (Selvaraju and others 2017)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coarse evidence for a class at the size of the layer&apos;s maps. It passes the test with shuffled weights. It shows no detail, and it is no reconstruction.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measures instead of explaining: what really happens when a part is covered. It is slow, as coarse as its patch, and the grey patch is itself something the network may see.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify by occlusion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Covers the half of the unit&apos;s field that the reconstruction shows most, then the half it shows least. A reconstruction that shows the cause makes the unit fall much more in the first case.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Randomise from here up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shuffles the weights of the layer and all above it, and reconstructs again (Adebayo and others 2018). If both look alike, the picture shows the input&apos;s edges and not what the network learned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished">Tasten</translation>
    </message>
    <message>
        <source>Arrows move among units and, in the strip, among layers; Ctrl+Up and Ctrl+Down go a layer back and on from anywhere. P pins, C copies the link, R goes to the next rule, V verifies, X randomises. The wheel zooms all views together, double click shows everything.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Look</source>
        <extracomment>What a tool asks for in place of the plain sample: a function of `jobs`, and what it gets beside the generator; None for the sample as it is.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Walk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is done with the sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at the sample, vary it, find its like among the training pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Means of kept samples, and a direction from some to others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A film through kept samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch units of a layer off or on where you paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sample, large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About the sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the picture&apos;s own pixels, not smoothed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put what is chosen into the tray below (K)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save what is chosen as PNG files, from which it can be made again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>KEPT</source>
        <extracomment>Samples and their marks: &quot;A&quot;, &quot;B&quot; or &quot;&quot;.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep samples with K: they can be mixed, walked through and saved together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished">Entfernen</translation>
    </message>
    <message>
        <source>Choose kept samples in the tray first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark {letter}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>KEPT, {n}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LayerDelegate</name>
    <message>
        <source>sees {side}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>Operator {op}, node {node}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{units} units, shape {shape}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation type="unfinished">{count} Parameter</translation>
    </message>
    <message>
        <source>its middle sees {height} × {width} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no way back from here to the picture; only its maps can be shown.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LayerStrip</name>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IoU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tick shows a class; the chosen row is what the brush draws. Double click shows it alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only this class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the chosen class alone, or all that are ticked again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LookTool</name>
    <message>
        <source>Vary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show samples near this one (V)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give it the whole room, and back (Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished">Kopieren</translation>
    </message>
    <message>
        <source>Copy the picture (Ctrl+C)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use</source>
        <translation type="unfinished">Verwendung</translation>
    </message>
    <message>
        <source>Open it as the picture, to enlarge or inspect it in another panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest training pictures: no folder yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest training pictures</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open recent</source>
        <extracomment>The panel is there.</extracomment>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>There is no file {name}.</source>
        <translation>Es gibt keine Datei {name}.</translation>
    </message>
    <message>
        <source>There are no pictures in {name}. Choose another folder, or use the Folders panel to look into its subfolders.</source>
        <translation>In {name} sind keine Bilder. Wählen Sie einen anderen Ordner, oder nutzen Sie den Bereich „Ordner“ für die Unterordner.</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
        <source>This picture was made with {model}. Its settings are back in the panel.</source>
        <translation>Dieses Bild wurde mit {model} gemacht. Seine Einstellungen stehen wieder im Bereich.</translation>
    </message>
    <message>
        <source>Open anyway</source>
        <translation>Trotzdem öffnen</translation>
    </message>
    <message>
        <source>A result of an earlier session was not saved: {name}.</source>
        <translation>Ein Ergebnis einer früheren Sitzung wurde nicht gespeichert: {name}.</translation>
    </message>
    <message>
        <source>{count} results of an earlier session were not saved.</source>
        <translation>{count} Ergebnisse einer früheren Sitzung wurden nicht gespeichert.</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>{name} gespeichert</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>Saving {name}</source>
        <translation>{name} wird gespeichert</translation>
    </message>
    <message>
        <source>Save all results into a folder</source>
        <translation>Alle Ergebnisse in einen Ordner speichern</translation>
    </message>
    <message>
        <source>Saving results</source>
        <translation>Ergebnisse werden gespeichert</translation>
    </message>
    <message>
        <source>Open pictures</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <source>Pictures ({patterns})</source>
        <translation>Bilder ({patterns})</translation>
    </message>
    <message>
        <source>Models (*.onnx)</source>
        <translation>Modelle (*.onnx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Copied, {width} × {height}</source>
        <translation>Kopiert, {width} × {height}</translation>
    </message>
    <message>
        <source>Copied {text}</source>
        <translation>{text} kopiert</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard. Copy one first, or open a file.</source>
        <translation>In der Zwischenablage ist kein Bild. Kopieren Sie erst eines, oder öffnen Sie eine Datei.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>Remove the result</source>
        <translation>Ergebnis entfernen</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>Modell hinzufügen</translation>
    </message>
    <message>
        <source>{n} models</source>
        <translation>{n} Modelle</translation>
    </message>
    <message>
        <source>{name} is among the models now</source>
        <translation>{name} ist jetzt unter den Modellen</translation>
    </message>
    <message>
        <source>Nothing opened yet</source>
        <translation>Noch nichts geöffnet</translation>
    </message>
    <message>
        <source>Dropped picture</source>
        <translation>Abgelegtes Bild</translation>
    </message>
</context>
<context>
    <name>MaskOverlay</name>
    <message>
        <source>Mask over the picture</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MixTool</name>
    <message>
        <source>Mark A</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen kept samples are where the direction starts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark B</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen kept samples are where the direction leads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the mean of the chosen kept samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From A towards B</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sample is moved along the way from A&apos;s mean to B&apos;s mean; 1 is the whole way.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>{gain:+.1f} dB over bicubic ({dataset}, {convention})</source>
        <translation>{gain:+.1f} dB über bikubisch ({dataset}, {convention})</translation>
    </message>
    <message>
        <source>Weights: {weights}. Data: {data}.</source>
        <translation>Gewichte: {weights}. Daten: {data}.</translation>
    </message>
    <message>
        <source>Research only.</source>
        <translation>Nur für die Forschung.</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} Parameter</translation>
    </message>
    <message>
        <source>quality not measured</source>
        <translation>Qualität nicht gemessen</translation>
    </message>
    <message>
        <source>(bicubic {value:.4g})</source>
        <translation>(bikubisch {value:.4g})</translation>
    </message>
</context>
<context>
    <name>NearPictures</name>
    <message>
        <source>Nearest training pictures</source>
        <extracomment>Training pictures that are shown beside a sample.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a folder with pictures</source>
        <translation type="unfinished">ein Ordner mit Bildern</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Root mean square difference of the pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distance between a classifier&apos;s features, which see what is shown and not where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest training pictures: looking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest training pictures: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest training pictures by {what}; 0 is a copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest training pictures: none found</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoGenerator</name>
    <message>
        <source>There is no generator yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command that installs a generator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The generators that come with the program are missing from this installation. “{title}” can be installed, here or with the command below; it needs the network once.
Licence: {terms}
Or add a generator of your own with Ctrl+M.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install {title}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>A tensor&apos;s name, or a node&apos;s that has one output; empty takes the last layer with a map.</source>
        <translation>Name eines Tensors, oder eines Knotens mit einer Ausgabe; leer nimmt die letzte Schicht mit einer Karte.</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>The unit&apos;s number, or top for the strongest one.</source>
        <translation>Nummer der Einheit, oder top für die stärkste.</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Where on its map: max, all, or y,x such as 3,5.</source>
        <translation>Wo auf ihrer Karte: max, all oder y,x, etwa 3,5.</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>How the signal goes back through rectifiers; auto is deconvnet where there are max pools.</source>
        <translation>Wie das Signal durch Gleichrichter zurückgeht; auto ist deconvnet, wo es Max-Pooling gibt.</translation>
    </message>
    <message>
        <source>by the network</source>
        <translation>durch das Netz</translation>
    </message>
    <message>
        <source>deconvnet</source>
        <translation>Deconvnet</translation>
    </message>
    <message>
        <source>guided backpropagation</source>
        <translation>geführte Rückpropagation</translation>
    </message>
    <message>
        <source>plain gradient</source>
        <translation>schlichter Gradient</translation>
    </message>
    <message>
        <source>Grad-CAM (the unit is a class)</source>
        <translation>Grad-CAM (die Einheit ist eine Klasse)</translation>
    </message>
    <message>
        <source>occlusion</source>
        <translation>Verdeckung</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>What stands at the position: the unit&apos;s activation, or 1.</source>
        <translation>Was am Ort steht: die Aktivierung der Einheit, oder 1.</translation>
    </message>
    <message>
        <source>the activation</source>
        <translation>die Aktivierung</translation>
    </message>
    <message>
        <source>one</source>
        <translation>eins</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Any of png (for the eye), npy (as computed) and patch (what of the picture it is of).</source>
        <translation>Beliebige aus png (fürs Auge), npy (wie berechnet) und patch (der Bildausschnitt dazu).</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Any of index, colour, overlay, coco, cutout, probability, instances, with commas between.</source>
        <translation>Beliebige aus index, colour, overlay, coco, cutout, probability, instances, durch Kommas getrennt.</translation>
    </message>
    <message>
        <source>A pixel&apos;s class</source>
        <translation>Klasse eines Pixels</translation>
    </message>
    <message>
        <source>The most probable one, or only one that is probable enough.</source>
        <translation>Die wahrscheinlichste, oder nur eine, die wahrscheinlich genug ist.</translation>
    </message>
    <message>
        <source>the most probable</source>
        <translation>die wahrscheinlichste</translation>
    </message>
    <message>
        <source>if probable enough</source>
        <translation>wenn wahrscheinlich genug</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Least probability: of two classes the second&apos;s; of more, pixels below have no class (255).</source>
        <translation>Mindestwahrscheinlichkeit: bei zwei Klassen die der zweiten; bei mehr haben Pixel darunter keine Klasse (255).</translation>
    </message>
    <message>
        <source>Smallest region</source>
        <translation>Kleinste Region</translation>
    </message>
    <message>
        <source>Regions with fewer pixels go to what lies nearest.</source>
        <translation>Regionen mit weniger Pixeln gehen an das Nächstliegende.</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Motiv</translation>
    </message>
    <message>
        <source>Classes that a cut-out keeps, with commas between; of two classes it is the second.</source>
        <translation>Klassen, die ein Freisteller behält, durch Kommas getrennt; bei zwei Klassen ist es die zweite.</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Any of heat (coloured, over the picture), mask, map (the values, float TIFF), with commas between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score above which a picture is not normal: auto (the model&apos;s own), or a number from 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threshold of a pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heat above which a pixel is in the mask: auto (the model&apos;s own), or a number from 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smallest spot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spots of the mask with fewer pixels are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the hottest colour in the saved heat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished">Farben</translation>
    </message>
    <message>
        <source>Of the saved heat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>inferno</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>viridis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cividis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Standard deviation of the noise in 8-bit steps (0 to 255), or auto to have it found; blind leaves that to the network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep of the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the original in the result, from 0 to 1: some grain looks more natural than none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side of a tile in pixels; 0 takes what the memory limit allows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the colours in a saved overlay.</source>
        <translation>Der Farben in einer gespeicherten Überlagerung.</translation>
    </message>
    <message>
        <source>COCO shapes</source>
        <translation>COCO-Formen</translation>
    </message>
    <message>
        <source>How COCO regions are written; those with holes are run-length codes in any case.</source>
        <translation>Wie COCO-Regionen geschrieben werden; solche mit Löchern sind immer lauflängenkodiert.</translation>
    </message>
    <message>
        <source>run-length codes</source>
        <translation>Lauflängen</translation>
    </message>
    <message>
        <source>polygons</source>
        <translation>Polygone</translation>
    </message>
    <message>
        <source>Average with the mirror image</source>
        <translation>Mit dem Spiegelbild mitteln</translation>
    </message>
    <message>
        <source>Average with the mirrored picture: a little better, twice as slow.</source>
        <translation>Mittel mit dem gespiegelten Bild: etwas besser, doppelt so langsam.</translation>
    </message>
    <message>
        <source>Tile</source>
        <translation>Kachel</translation>
    </message>
    <message>
        <source>Side of a tile in the network&apos;s pixels; 0 takes what the memory limit allows.</source>
        <translation>Seite einer Kachel in Pixeln des Netzes; 0 nimmt, was der Speicher erlaubt.</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Faktor</translation>
    </message>
    <message>
        <source>How many times wider and higher.</source>
        <translation>Wievielmal so breit und so hoch.</translation>
    </message>
    <message>
        <source>2 times</source>
        <translation>2-fach</translation>
    </message>
    <message>
        <source>3 times</source>
        <translation>3-fach</translation>
    </message>
    <message>
        <source>4 times</source>
        <translation>4-fach</translation>
    </message>
    <message>
        <source>Side of a tile in input pixels; 0 takes what the memory limit allows.</source>
        <translation>Seite einer Kachel in Eingabepixeln; 0 nimmt, was der Speicher erlaubt.</translation>
    </message>
    <message>
        <source>Average eight views</source>
        <translation>Acht Ansichten mitteln</translation>
    </message>
    <message>
        <source>Average over the eight flips and quarter turns: a little better, eight times slower.</source>
        <translation>Mittel über die acht Spiegelungen und Vierteldrehungen: etwas besser, achtmal langsamer.</translation>
    </message>
    <message>
        <source>Transparency</source>
        <translation>Transparenz</translation>
    </message>
    <message>
        <source>What enlarges the alpha channel.</source>
        <translation>Was den Alphakanal vergrößert.</translation>
    </message>
    <message>
        <source>bicubic</source>
        <translation>bikubisch</translation>
    </message>
    <message>
        <source>Blend with bicubic</source>
        <translation>Bikubisch beimischen</translation>
    </message>
    <message>
        <source>Share of plain bicubic enlargement in the result, from 0 to 1.</source>
        <translation>Anteil schlichter bikubischer Vergrößerung am Ergebnis, von 0 bis 1.</translation>
    </message>
</context>
<context>
    <name>OptionsForm</name>
    <message>
        <source>Advanced</source>
        <extracomment>Up to this many choices with short words stand side by side; more fold into a list. A number with both ends and at most this many steps gets a slider.</extracomment>
        <translation>Erweitert</translation>
    </message>
</context>
<context>
    <name>OverlapPage</name>
    <message>
        <source>Each number says how many inputs reach that output. Where neighbours differ, the layer has to learn to even it out, or a checkerboard stays (Odena, Dumoulin and Olah 2016).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overlap counts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What flat grey becomes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectrum along a row, for noise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{low} to {high} inputs an output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ Even overlap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stride of 1 reaches every output alike.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rule}: the stride divides the kernel, so away from the border every output is reached by {high} inputs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ Uneven overlap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rule}: the stride does not divide the kernel, so outputs are reached by {low} to {high} inputs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The dilation {dilation} shares a factor with the stride, so outputs are reached by {low} to {high} inputs although {rule}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With these weights flat grey deviates by up to {ripple} from its mean.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With these weights flat grey stays flat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one period is {side} × {side}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dashed: the stride&apos;s harmonics. Checkerboard score {score}: the share of the detail&apos;s energy that lies there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stride of 1 has no harmonics: it can make no checkerboard.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OverlayPanel</name>
    <message>
        <source>Opacity</source>
        <extracomment>What lies over the canvas, once there is something to show.</extracomment>
        <translation type="unfinished">Deckkraft</translation>
    </message>
    <message>
        <source>{name} is ready; it is among the results</source>
        <translation type="unfinished">{name} ist fertig; es steht bei den Ergebnissen</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation type="unfinished">{name} gespeichert</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation type="unfinished">Ersetzen</translation>
    </message>
</context>
<context>
    <name>PaintTool</name>
    <message>
        <source>Unit off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the brush does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chosen units draw nothing where you paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chosen units draw as strongly as they can where you paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything is as it was where you paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush</source>
        <translation type="unfinished">Pinsel</translation>
    </message>
    <message>
        <source>Its width, in hundredths of the picture&apos;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of units that are on; 1 is as strong as they are where they are strong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished">Rückgängig</translation>
    </message>
    <message>
        <source>Take the last stroke back (Ctrl+Z)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished">Wiederholen</translation>
    </message>
    <message>
        <source>Do it again (Ctrl+Shift+Z)</source>
        <translation type="unfinished">Wieder tun (Strg+Umschalt+Z)</translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As if the whole picture were painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take all strokes away</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Painting</name>
    <message>
        <source>Clear the painting</source>
        <extracomment>Something else is painted.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for layers…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This generator has no layer to paint on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking what the units draw…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit {unit}: {value:.3g} of 255 is missing without it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What {n} units draw, most first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint all over</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Enlarge</source>
        <extracomment>The panels that come with the program, so that the window can show its rail before it loads them. A module that is not listed is found all the same, but loaded before the window is painted.</extracomment>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Two to four times as large, with detail</source>
        <translation>Zwei- bis viermal so groß, mit Details</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>Segmente</translation>
    </message>
    <message>
        <source>A class for every pixel, and masks to draw on</source>
        <translation>Eine Klasse für jedes Pixel, und Masken zum Malen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise taken out, found or by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Anomaly</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What looks otherwise, and where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New pictures from noise, by a generator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>Einblick</translation>
    </message>
    <message>
        <source>What a network&apos;s layers see, back in pixels</source>
        <translation>Was die Schichten eines Netzes sehen, in Pixeln</translation>
    </message>
    <message>
        <source>Atlas</source>
        <translation>Atlas</translation>
    </message>
    <message>
        <source>What excites every unit of a layer, over a folder</source>
        <translation>Was jede Einheit einer Schicht erregt, über einen Ordner</translation>
    </message>
    <message>
        <source>Workbench</source>
        <translation>Werkbank</translation>
    </message>
    <message>
        <source>What a deconvolution does, number by number</source>
        <translation>Was eine Dekonvolution tut, Zahl für Zahl</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>The same for every picture of a folder</source>
        <translation>Dasselbe für jedes Bild eines Ordners</translation>
    </message>
</context>
<context>
    <name>PrimaryButton</name>
    <message>
        <source>Shortcut {0}</source>
        <translation>Tastenkürzel {0}</translation>
    </message>
</context>
<context>
    <name>RestorePanel</name>
    <message>
        <source>Model</source>
        <extracomment>Milliseconds a control or the view has to stay before the preview is made anew. Side of the part of the view that is previewed, in the picture&apos;s pixels. A view of more pixels than these is too far off for noise to be judged in it. Previews laid over each other before the older ones are taken away.</extracomment>
        <translation type="unfinished">Modell</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic finds the noise&apos;s strength, and lessens JPEG&apos;s blocks; by hand it is told.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise in 8-bit steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Standard deviation of the noise; grain of film is about 5 to 15.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep of the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of the original is mixed in; some grain looks more natural than none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preview in the view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restores the middle of what is seen, and follows the controls.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was found</source>
        <translation type="unfinished">Was gefunden wurde</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation type="unfinished">Erweitert</translation>
    </message>
    <message>
        <source>By the picture: gray or colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About {sigma} steps of noise were taken away (an estimate).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The original shows the blocks of JPEG.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in for the preview: noise is judged near 100 % (key 1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The middle of the view is a preview; nothing is kept of it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunPanel</name>
    <message>
        <source>What is being done</source>
        <extracomment>What stays above the message when that comes.</extracomment>
        <translation>Was gerade getan wird</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Das Modell wird geladen …</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>SampleGrid</name>
    <message>
        <source>Samples</source>
        <extracomment>Pictures of cells that are kept; at 64 × 64 they take 50 MB. From this enlargement on a picture&apos;s own pixels are shown; below, their unequal sizes would be seen. Least side of a picture, and the one it is drawn with so that a line of them is full. Letters that mean something here, whatever they mean in the window.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SamplePanel</name>
    <message>
        <source>Generator</source>
        <extracomment>Samples to begin with, and that &quot;More&quot; adds at least. Milliseconds after which a grid that still fills shows its progress.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Numbers and spans such as 0,1,4-6: each stands for one picture, always</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As many seeds again, after these</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As many other seeds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Truncation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearer to the mean of all pictures: less variety, fewer failures; 1 changes nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop filling the grid; what is there stays (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What will be made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No generator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation type="unfinished">Modelle werden gesucht …</translation>
    </message>
    <message>
        <source>From the seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {n} in sight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Those below…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped; press Sample to go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished">Kopieren</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use as the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This picture was made by {model}, which is not installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from the file</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SaveKinds</name>
    <message>
        <source>Save into a folder…</source>
        <translation type="unfinished">In einen Ordner speichern …</translation>
    </message>
</context>
<context>
    <name>ScoreList</name>
    <message>
        <source>Class scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>class {unit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This network has no classes.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SegmentPanel</name>
    <message>
        <source>Model</source>
        <extracomment>Milliseconds without an edit after which the mask is compared with the truth again. Milliseconds an option has to stay before the map is decided anew. Milliseconds after which what was drawn is kept on disk, so that a crash loses no more than that. Bytes that steps of the mask may keep for undo; the oldest go.</extracomment>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Decision and tiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most probable</source>
        <translation>Wahrscheinlichste</translation>
    </message>
    <message>
        <source>Above threshold</source>
        <translation>Über Schwelle</translation>
    </message>
    <message>
        <source>A pixel&apos;s class</source>
        <translation>Klasse eines Pixels</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Least probability. Of two classes it is the second&apos;s; of more, pixels below have none.</source>
        <translation>Mindestwahrscheinlichkeit. Bei zwei Klassen die der zweiten; bei mehr haben Pixel darunter keine.</translation>
    </message>
    <message>
        <source>keep all</source>
        <translation>alle behalten</translation>
    </message>
    <message>
        <source>Regions with fewer pixels go to what lies nearest.</source>
        <translation>Regionen mit weniger Pixeln gehen an das Nächstliegende.</translation>
    </message>
    <message>
        <source>Smallest region</source>
        <translation>Kleinste Region</translation>
    </message>
    <message>
        <source>MASK</source>
        <translation>MASKE</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Outlines</source>
        <translation>Umrisse</translation>
    </message>
    <message>
        <source>Uncertainty</source>
        <translation>Unsicherheit</translation>
    </message>
    <message>
        <source>View of the mask</source>
        <translation>Ansicht der Maske</translation>
    </message>
    <message>
        <source>Entropy of the classes&apos; probabilities: yellow where the network is undecided</source>
        <translation>Entropie der Klassenwahrscheinlichkeiten: gelb, wo das Netz unentschieden ist</translation>
    </message>
    <message>
        <source>Probabilities under the pointer</source>
        <translation>Wahrscheinlichkeiten unter dem Zeiger</translation>
    </message>
    <message>
        <source>Edit the mask</source>
        <translation>Maske bearbeiten</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Bewegen</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Radieren</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Füllen</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>The pointer moves the picture</source>
        <translation>Der Zeiger bewegt das Bild</translation>
    </message>
    <message>
        <source>Draw the chosen class</source>
        <translation>Die gewählte Klasse malen</translation>
    </message>
    <message>
        <source>Draw the background, or no class where there is none</source>
        <translation>Den Hintergrund malen, oder keine Klasse, wo es keinen gibt</translation>
    </message>
    <message>
        <source>Give a whole region the chosen class</source>
        <translation>Einer ganzen Region die gewählte Klasse geben</translation>
    </message>
    <message>
        <source>Click corners; Enter or a double click fills, Backspace takes one back</source>
        <translation>Ecken anklicken; Eingabe oder Doppelklick füllt, Rücktaste nimmt eine zurück</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Load a mask…</source>
        <translation>Maske laden …</translation>
    </message>
    <message>
        <source>Take the last step back (Ctrl+Z)</source>
        <translation>Den letzten Schritt zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <source>Do it again (Ctrl+Shift+Z)</source>
        <translation>Wieder tun (Strg+Umschalt+Z)</translation>
    </message>
    <message>
        <source>Go on with a mask from a file; its values are the class numbers</source>
        <translation>Mit einer Maske aus einer Datei weitermachen; ihre Werte sind die Klassennummern</translation>
    </message>
    <message>
        <source>Load a mask</source>
        <translation>Maske laden</translation>
    </message>
    <message>
        <source>Compare with a true mask</source>
        <translation>Mit einer wahren Maske vergleichen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose a true mask</source>
        <translation>Wahre Maske wählen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Compare with no mask</source>
        <translation>Mit keiner Maske vergleichen</translation>
    </message>
    <message>
        <source>IoU and Dice of each class stand in the list above.</source>
        <translation>IoU und Dice jeder Klasse stehen in der Liste oben.</translation>
    </message>
    <message>
        <source>Save the mask</source>
        <translation>Maske speichern</translation>
    </message>
    <message>
        <source>Index PNG</source>
        <translation>Index-PNG</translation>
    </message>
    <message>
        <source>8 bits, the value is the class number</source>
        <translation>8 Bit, der Wert ist die Klassennummer</translation>
    </message>
    <message>
        <source>Colour PNG</source>
        <translation>Farb-PNG</translation>
    </message>
    <message>
        <source>The classes in their colours</source>
        <translation>Die Klassen in ihren Farben</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Überlagerung</translation>
    </message>
    <message>
        <source>The picture with the colours over it</source>
        <translation>Das Bild mit den Farben darüber</translation>
    </message>
    <message>
        <source>COCO JSON</source>
        <translation>COCO-JSON</translation>
    </message>
    <message>
        <source>Regions as run-length codes</source>
        <translation>Regionen als Lauflängen</translation>
    </message>
    <message>
        <source>Cut-out</source>
        <translation>Freisteller</translation>
    </message>
    <message>
        <source>The picture with what is shown kept, and the rest transparent</source>
        <translation>Das Bild mit dem Gezeigten, der Rest durchsichtig</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>TIFF in floating point, a page a class</source>
        <translation>TIFF in Gleitkomma, eine Seite je Klasse</translation>
    </message>
    <message>
        <source>Instances</source>
        <translation>Instanzen</translation>
    </message>
    <message>
        <source>16 bits, a number for each thing; where the model tells them apart</source>
        <translation>16 Bit, eine Nummer je Ding; wo das Modell sie unterscheidet</translation>
    </message>
    <message>
        <source>no class</source>
        <translation>keine Klasse</translation>
    </message>
    <message>
        <source>{name}; probable: </source>
        <translation>{name}; wahrscheinlich: </translation>
    </message>
    <message>
        <source>Draw on the mask</source>
        <translation>Auf der Maske malen</translation>
    </message>
    <message>
        <source>Fill a region</source>
        <translation>Eine Region füllen</translation>
    </message>
    <message>
        <source>Fill a shape</source>
        <translation>Eine Form füllen</translation>
    </message>
    <message>
        <source>Masks (*.png *.tif *.tiff *.bmp)</source>
        <translation>Masken (*.png *.tif *.tiff *.bmp)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Mean IoU {value:.3f}; pixels without a class in the true mask are left out.</source>
        <translation>Mittlere IoU {value:.3f}; Pixel ohne Klasse in der wahren Maske bleiben außen vor.</translation>
    </message>
    <message>
        <source>Save the mask into a folder</source>
        <translation>Maske in einen Ordner speichern</translation>
    </message>
    <message>
        <source>Saving the mask of {name}</source>
        <translation>Maske von {name} wird gespeichert</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>{0} cannot be {1}{2}; it stays as it was.</source>
        <translation>{0} kann nicht {1} sein{2}; es bleibt, wie es war.</translation>
    </message>
    <message>
        <source>{0} does not hold settings; the defaults are used.</source>
        <translation>{0} enthält keine Einstellungen; die Vorgaben gelten.</translation>
    </message>
    <message>
        <source>schema_version is {0}, which is no version; read as {1}.</source>
        <translation>schema_version ist {0}, das ist keine Version; gelesen als {1}.</translation>
    </message>
    <message>
        <source>The settings were written by a newer program (version {0}); some may be lost.</source>
        <translation>Die Einstellungen stammen von einem neueren Programm (Version {0}); manche können verloren gehen.</translation>
    </message>
    <message>
        <source>There is no setting named {0}.</source>
        <translation>Es gibt keine Einstellung namens {0}.</translation>
    </message>
    <message>
        <source>{0} is too large to be a settings file; the defaults are used.</source>
        <translation>{0} ist zu groß für eine Einstellungsdatei; die Vorgaben gelten.</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}); the defaults are used.</source>
        <translation>{0} kann nicht gelesen werden ({1}); die Vorgaben gelten.</translation>
    </message>
    <message>
        <source>{0} is not valid JSON; the defaults are used.</source>
        <translation>{0} ist kein gültiges JSON; die Vorgaben gelten.</translation>
    </message>
</context>
<context>
    <name>SpectrumView</name>
    <message>
        <source>Spectrum of the output for noise</source>
        <extracomment>Periods of the pattern that flat grey becomes. Lowest amplitude the spectrum shows, in decibels.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Harmonics of the stride at {marks} of a cycle a pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stride of 1 has no harmonics</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SplitHandle</name>
    <message>
        <source>Dividing line between original and result</source>
        <translation>Trennlinie zwischen Original und Ergebnis</translation>
    </message>
    <message>
        <source>Left and right arrow move it, Home and End go to the edges.</source>
        <translation>Pfeil links und rechts bewegen sie, Pos1 und Ende gehen zu den Rändern.</translation>
    </message>
    <message>
        <source>Drag, or press ← and →; double click for the middle</source>
        <translation>Ziehen, oder ← und → drücken; Doppelklick für die Mitte</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Choose a sample</source>
        <extracomment>Radius of the brush in the picture&apos;s pixels.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Start</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>Open a picture to begin</source>
        <translation>Öffnen Sie ein Bild, um zu beginnen</translation>
    </message>
    <message>
        <source>Or drop it anywhere in this window: a picture, a folder, an .onnx model, an earlier result.</source>
        <translation>Oder ziehen Sie es irgendwo in dieses Fenster: ein Bild, einen Ordner, ein .onnx-Modell, ein früheres Ergebnis.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>WHAT DO YOU WANT TO DO?</source>
        <translation>WAS MÖCHTEN SIE TUN?</translation>
    </message>
    <message>
        <source>SAMPLES TO TRY</source>
        <translation>BEISPIELE ZUM AUSPROBIEREN</translation>
    </message>
    <message>
        <source>OPENED LATELY</source>
        <translation>ZULETZT GEÖFFNET</translation>
    </message>
    <message>
        <source>Sample: {name}</source>
        <translation>Beispiel: {name}</translation>
    </message>
    <message>
        <source>Pictures by {authors}.</source>
        <translation>Bilder von {authors}.</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>{name} öffnen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Provider not known yet</source>
        <extracomment>Milliseconds between two looks at the memory used.</extracomment>
        <translation>Ausführung noch nicht bekannt</translation>
    </message>
    <message>
        <source>Execution provider; opens the doctor</source>
        <translation>Worauf Netze laufen; öffnet die Diagnose</translation>
    </message>
    <message>
        <source>What networks run on. A click checks this installation.</source>
        <translation>Worauf Netze laufen. Ein Klick prüft diese Installation.</translation>
    </message>
    <message>
        <source>Model and its time</source>
        <translation>Modell und seine Zeit</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Position and colour under the cursor</source>
        <translation>Ort und Farbe unter dem Zeiger</translation>
    </message>
    <message>
        <source>Memory used</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>Memory this program uses</source>
        <translation>Speicher, den dieses Programm belegt</translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n Thread</numerusform>
            <numerusform>%n Threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Pictures of the folder</source>
        <extracomment>A picture of the folder was chosen (Path), or a result (Kept).</extracomment>
        <translation>Bilder des Ordners</translation>
    </message>
    <message>
        <source>Kept results</source>
        <translation>Ergebnisse</translation>
    </message>
</context>
<context>
    <name>SweepPage</name>
    <message>
        <source>Collect: kernel over zeros</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stamp: input times kernel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Way of looking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this step does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the kernel go over the input, or stop it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One step back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One step on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which output, or input, it is the turn of.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} steps a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{step} of {steps}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SweepView</name>
    <message>
        <source>The kernel over the spread input, and the output</source>
        <extracomment>Steps a second at the five places of the speed slider. Products written out in the sentence below the grids. Side of the smallest cell in which the weight stands below the input. Pixels between the two grids.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click on an output, or in the second view on an input, to go there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input ({row}, {column}) = {value}: the whole kernel, times {value}, is added to the output. Where stamps overlap, they add up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output ({row}, {column}) = {words} = {result}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} of {all} weights meet an input, the others meet zeros.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input with zeros between</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TaskPanel</name>
    <message>
        <source>Estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>Stop what runs (Esc)</source>
        <translation>Laufendes abbrechen (Esc)</translation>
    </message>
    <message>
        <source>COMPARE</source>
        <translation>VERGLEICHEN</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Halten</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>2-up</source>
        <translation>Beide</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>RESULTS</source>
        <translation>ERGEBNISSE</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>No model for this</source>
        <translation>Kein Modell hierfür</translation>
    </message>
    <message>
        <source>There is no model that fits. Add an .onnx file of your own.</source>
        <translation>Kein Modell passt. Fügen Sie eine eigene .onnx-Datei hinzu.</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>Modell hinzufügen …</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>Modelle werden gesucht …</translation>
    </message>
    <message>
        <source>Open a picture first.</source>
        <translation>Öffnen Sie zuerst ein Bild.</translation>
    </message>
    <message>
        <source> on {name}</source>
        <translation> auf {name}</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>time not measured yet</source>
        <translation>Zeit noch nicht gemessen</translation>
    </message>
    <message>
        <source>{tiles} tiles of {tile} × {tile} pixels</source>
        <translation>{tiles} Kacheln von {tile} × {tile} Pixeln</translation>
    </message>
    <message>
        <source>In one piece</source>
        <translation>In einem Stück</translation>
    </message>
    <message>
        <source>{name} is ready; it is among the results</source>
        <translation>{name} ist fertig; es steht bei den Ergebnissen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>saved as {path}</source>
        <translation>gespeichert als {path}</translation>
    </message>
    <message>
        <source>not saved yet</source>
        <translation>noch nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>ThinProgress</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
</context>
<context>
    <name>ThresholdPlot</name>
    <message>
        <source>Threshold of the score</source>
        <extracomment>Device-independent pixels above the bars for the marks, below for the axis&apos; ends, and at each side.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value}; {count} normal pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; this picture {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scores of normal pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no normal scores known</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tiling</name>
    <message>
        <source>automatic</source>
        <extracomment>Largest side of a tile, as the tasks&apos; options have it.</extracomment>
        <translation type="unfinished">automatisch</translation>
    </message>
    <message>
        <source>Side of a tile in the network&apos;s pixels. Automatic takes what the memory allows.</source>
        <translation type="unfinished">Seite einer Kachel in Pixeln des Netzes. Automatisch nimmt, was der Speicher erlaubt.</translation>
    </message>
    <message>
        <source>Side of a tile in input pixels. Automatic takes what the memory allows.</source>
        <translation type="unfinished">Seite einer Kachel in Eingabepixeln. Automatisch nimmt, was der Speicher erlaubt.</translation>
    </message>
    <message>
        <source>Tile</source>
        <translation type="unfinished">Kachel</translation>
    </message>
    <message>
        <source>Average eight views</source>
        <translation type="unfinished">Acht Ansichten mitteln</translation>
    </message>
    <message>
        <source>Average with the mirror image</source>
        <translation type="unfinished">Mit dem Spiegelbild mitteln</translation>
    </message>
    <message>
        <source>Mean over the eight flips and quarter turns: a little better, eight times slower.</source>
        <translation type="unfinished">Mittel über die acht Spiegelungen und Vierteldrehungen: etwas besser, achtmal langsamer.</translation>
    </message>
    <message>
        <source>A little better, twice as slow.</source>
        <translation type="unfinished">Etwas besser, doppelt so langsam.</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>File</source>
        <extracomment>Compare modes of the canvas by the name of their action.</extracomment>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Size, depth and colour space</source>
        <translation>Größe, Tiefe und Farbraum</translation>
    </message>
    <message>
        <source>Page of the file</source>
        <translation>Seite der Datei</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>page {n} of {count}</source>
        <translation>Seite {n} von {count}</translation>
    </message>
</context>
<context>
    <name>Training</name>
    <message>
        <source>Choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training needs {names}, which the light install leaves out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get it with: {command}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make room on the disk, or allow writing there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training ended unexpectedly (status {status}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perhaps memory ran out: close other programs and go on with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a model {name} already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>training of {name} (its checkpoint stays)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} cannot be written: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{program} cannot be started: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainingForm</name>
    <message>
        <source>Train on good pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of good pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>choose or drop one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s name: small letters, digits, hyphens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It stops by then, or earlier when it has learned what it can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learn what is normal; the program can be used meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give pictures of things as they should be. What looks otherwise will be found. All of it stays on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is normal in {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder {name}. Choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A training {name} was stopped before its end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished">Weiter</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished">Löschen</translation>
    </message>
    <message>
        <source>The training {name} was stopped; its checkpoint is kept. Go on with it, use what it has learned so far, or delete it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is ready and chosen.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainingView</name>
    <message>
        <source>Progress of the training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the training does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop with a checkpoint; the training can be gone on with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making the model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation type="unfinished">noch {time}</translation>
    </message>
    <message>
        <source>Stopping; a checkpoint is saved…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Kept samples</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UnitGrid</name>
    <message>
        <source>Units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Units of the layer, strongest first</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UnitModel</name>
    <message>
        <source>Unit {unit}: peak {peak:.4g} at {place}, mean {mean:.4g}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UnitPage</name>
    <message>
        <source>Layer to paint on</source>
        <extracomment>Units whose drawings are made in one go.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture less the one without the unit; paint with the chosen ones</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Score</source>
        <extracomment>Milliseconds the threshold of a spot has to stay before its mask is made anew. The recipe that learns what is normal from a person&apos;s own folder. Names of folders that do not tell what is in them.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at a picture to see how unusual it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Beside the good pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not normal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normal</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WalkTool</name>
    <message>
        <source>Slerp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lerp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Way between samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Along great circles: the middle is as likely as the ends</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Straight lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One smooth curve through all samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames of the walk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play the walk, or stop it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frame of the walk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> frames/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed of the walk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the walk as GIF, WebP, APNG, MP4, or a PNG for each frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round to the first again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A closed walk plays on without a jump; an open one ends at the last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Walking</name>
    <message>
        <source>Through {n} samples and round to the first</source>
        <extracomment>Frames of a walk that are made in one go, and ahead of the one that is shown. Films that can be written, by suffix.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Through {n} samples, from the first to the last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep two samples or more, or choose them in the grid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frame {n} of {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>frame {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the walk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder with a PNG for each frame (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Choose another folder for the results, or make room on the disk.</source>
        <translation>Wählen Sie einen anderen Ordner für die Ergebnisse, oder schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>Add the model again with Ctrl+M, or choose another one.</source>
        <translation>Fügen Sie das Modell mit Strg+M neu hinzu, oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Start anew instead of going on, or choose another folder for the results.</source>
        <translation>Beginnen Sie neu, statt weiterzumachen, oder wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
    </message>
    <message>
        <source>Add it with Ctrl+M, or choose another model.</source>
        <translation>Fügen Sie es mit Strg+M hinzu, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>Choose another model, or other options.</source>
        <translation>Wählen Sie ein anderes Modell oder andere Optionen.</translation>
    </message>
    <message>
        <source>Rename the input, or leave it out.</source>
        <translation>Benennen Sie die Eingabe um, oder lassen Sie sie weg.</translation>
    </message>
    <message>
        <source>Change that option in the panel.</source>
        <translation>Ändern Sie diese Option im Bereich.</translation>
    </message>
    <message>
        <source>Close other programs, set a smaller tile, or less memory for networks in the preferences (Ctrl+,).</source>
        <translation>Schließen Sie andere Programme, wählen Sie eine kleinere Kachel, oder weniger Speicher für Netze in den Einstellungen (Strg+,).</translation>
    </message>
    <message>
        <source>Choose another name for results that are there, or another format.</source>
        <translation>Wählen Sie einen anderen Namen für vorhandene Ergebnisse oder ein anderes Format.</translation>
    </message>
    <message>
        <source>Choose on the right what to do with results that are there, or another folder.</source>
        <translation>Wählen Sie rechts, was mit vorhandenen Ergebnissen geschieht, oder einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Choose another folder for the results, or that what is there is replaced.</source>
        <translation>Wählen Sie einen anderen Ordner für die Ergebnisse, oder dass Vorhandenes ersetzt wird.</translation>
    </message>
    <message>
        <source>Choose another model; the manual says how packs are installed.</source>
        <translation>Wählen Sie ein anderes Modell; das Handbuch sagt, wie Pakete installiert werden.</translation>
    </message>
    <message>
        <source>Choose another provider in the preferences (Ctrl+,); the doctor (F12) shows what is wrong.</source>
        <translation>Wählen Sie in den Einstellungen (Strg+,) eine andere Ausführung; die Diagnose (F12) zeigt, was nicht stimmt.</translation>
    </message>
    <message>
        <source>Choose another provider in the preferences (Ctrl+,).</source>
        <translation>Wählen Sie in den Einstellungen (Strg+,) eine andere Ausführung.</translation>
    </message>
    <message>
        <source>Raise the limit in the preferences (Ctrl+,), if you trust the file and have the memory.</source>
        <translation>Erhöhen Sie die Grenze in den Einstellungen (Strg+,), wenn Sie der Datei trauen und der Speicher reicht.</translation>
    </message>
    <message>
        <source>the folder</source>
        <extracomment>Options of the command line that messages name, and the control that stands for each in the window.</extracomment>
        <translation>der Ordner</translation>
    </message>
    <message>
        <source>“If a result is there already”</source>
        <translation>„Wenn ein Ergebnis schon da ist“</translation>
    </message>
    <message>
        <source>“Format”</source>
        <translation>„Format“</translation>
    </message>
    <message>
        <source>the limit on pixels</source>
        <translation>die Grenze für Pixel</translation>
    </message>
    <message>
        <source>the memory for networks</source>
        <translation>der Speicher für Netze</translation>
    </message>
    <message>
        <source>“Model”</source>
        <translation>„Modell“</translation>
    </message>
    <message>
        <source>“To”</source>
        <translation>„Nach“</translation>
    </message>
    <message>
        <source>the provider</source>
        <translation>die Ausführung</translation>
    </message>
    <message>
        <source>“Go on”</source>
        <translation>„Weiter“</translation>
    </message>
    <message>
        <source>“Tile”</source>
        <translation>„Kachel“</translation>
    </message>
</context>
<context>
    <name>WorkbenchPanel</name>
    <message>
        <source>FCN bilinear 4 × 4</source>
        <extracomment>Milliseconds a control has to stay as it is before the numbers are computed anew. Largest sizes that can be drawn so that something is seen.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How FCN enlarges: bilinear interpolation, fixed or the start of training. Even overlap, even weights: flat stays flat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>FSRCNN 9 × 9, stride 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The last layer of FSRCNN at a factor of 2: outputs are reached by 16 to 25 inputs, and training has to even that out. At a factor of 3 the same kernel is even.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DCGAN 4 × 4, stride 2, pad 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A layer of DCGAN&apos;s generator before training: the overlap is even, but random weights make a checkerboard all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bad one: 3 × 3, stride 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The stride does not divide the kernel: outputs are reached by 1, 2 or 4 inputs, and flat grey comes out as a checkerboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own sizes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers people use, and why they matter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side of the square input, n.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side of the square kernel, k.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stride</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far apart inputs land in the output, s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Padding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much is cut off the output on every side, p.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output padding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows and columns more at the end, o: which of the sizes that fit is meant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dilation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far apart the kernel&apos;s weights stand, d.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush</source>
        <translation type="unfinished">Pinsel</translation>
    </message>
    <message>
        <source>The number that painting puts into the input or the kernel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disc</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stripes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opened picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the layer gets; paint on it to change it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bilinear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaussian</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Random</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer&apos;s weights; paint on them to change them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model whose transposed convolution is looked at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which of its transposed convolutions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which of the layer&apos;s kernels; it begins with the strongest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished">Modell</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation type="unfinished">Schicht</translation>
    </message>
    <message>
        <source>Kernel number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other random numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw the random kernel, the noise and the x of the adjoint test anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer as code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished">Kopieren</translation>
    </message>
    <message>
        <source>Copy the line for {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the line that makes this layer in {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>output = s·(n − 1) + d·(k − 1) + 1 − 2·p + o   (Dumoulin and Visin 2016)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overlap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Equivalents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adjoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fusion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished">Modelle</translation>
    </message>
    <message>
        <source>Page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slide the sizes, paint on input and kernel, and see what follows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture is open.</source>
        <translation type="unfinished">Es ist kein Bild offen.</translation>
    </message>
    <message>
        <source>{kernel} × {kernel}, stride {stride}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} {value} of this layer is more than can be drawn here. Choose another layer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output size {formula}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} × {size} becomes {side} × {side}. Each input moves {stride} outputs on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>panel</name>
    <message>
        <source>Paint</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
