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
        <translation>K ist die Faltung mit demselben Kern, derselben Schrittweite und demselben Rand. Die Schicht ist ihre Transponierte Kᵀ, nicht ihre Umkehrung: Für alle x und y gilt ⟨Kx, y⟩ = ⟨x, Kᵀy⟩.</translation>
    </message>
    <message>
        <source>Another x</source>
        <translation>Anderes x</translation>
    </message>
    <message>
        <source>Draw other random numbers for x; y is the input.</source>
        <translation>Andere Zufallszahlen für x ziehen; y ist der Eingang.</translation>
    </message>
    <message>
        <source>Matrix of one row</source>
        <translation>Matrix einer Zeile</translation>
    </message>
    <message>
        <source>Matrix of the whole picture</source>
        <translation>Matrix des ganzen Bildes</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>Output padding {padding} is not smaller than the stride {stride}: a convolution of this output has more numbers than the input, so the two are no transposes of each other. Use less output padding.</source>
        <translation>Der Ausgangsrand {padding} ist nicht kleiner als die Schrittweite {stride}: Eine Faltung dieses Ausgangs hat mehr Zahlen als der Eingang, daher sind die beiden nicht zueinander transponiert. Verwenden Sie weniger Ausgangsrand.</translation>
    </message>
    <message>
        <source>Difference {difference}, in double precision.</source>
        <translation>Unterschied {difference}, in doppelter Genauigkeit.</translation>
    </message>
    <message>
        <source>random</source>
        <translation>zufällig</translation>
    </message>
    <message>
        <source>convolution</source>
        <translation>Faltung</translation>
    </message>
    <message>
        <source>the input</source>
        <translation>der Eingang</translation>
    </message>
    <message>
        <source>transposed</source>
        <translation>transponiert</translation>
    </message>
    <message>
        <source>The matrix of the whole picture would be too large to see. Use a smaller input.</source>
        <translation>Die Matrix des ganzen Bildes wäre zu groß, um etwas zu erkennen. Verwenden Sie einen kleineren Eingang.</translation>
    </message>
    <message>
        <source>K: {rows} × {columns}</source>
        <translation>K: {rows} × {columns}</translation>
    </message>
    <message>
        <source>Kᵀ: {rows} × {columns}</source>
        <translation>Kᵀ: {rows} × {columns}</translation>
    </message>
    <message>
        <source>a row is what one output of K looks at</source>
        <translation>eine Zeile ist, was ein Ausgang von K ansieht</translation>
    </message>
    <message>
        <source>a column is what one input of Kᵀ stamps</source>
        <translation>eine Spalte ist, was ein Eingang von Kᵀ stempelt</translation>
    </message>
</context>
<context>
    <name>AnomalyPanel</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Spots and tiles</source>
        <translation>Flecken und Kacheln</translation>
    </message>
    <message>
        <source>keep all</source>
        <translation>alle behalten</translation>
    </message>
    <message>
        <source>Spots of the mask with fewer pixels are left out.</source>
        <translation>Flecken der Maske mit weniger Pixeln werden weggelassen.</translation>
    </message>
    <message>
        <source>Smallest spot</source>
        <translation>Kleinster Fleck</translation>
    </message>
    <message>
        <source>Drag the threshold; a picture with a higher score is not normal.</source>
        <translation>Ziehen Sie die Schwelle; ein Bild mit höherer Bewertung ist nicht normal.</translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation>Die des Modells</translation>
    </message>
    <message>
        <source>Take the model&apos;s own threshold</source>
        <translation>Die Schwelle des Modells nehmen</translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation>Inferno</translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation>Viridis</translation>
    </message>
    <message>
        <source>Cividis</source>
        <translation>Cividis</translation>
    </message>
    <message>
        <source>Threshold of a spot</source>
        <translation>Schwelle eines Flecks</translation>
    </message>
    <message>
        <source>Heat above which a pixel is in the mask, in multiples of the model&apos;s own threshold.</source>
        <translation>Wärme, ab der ein Pixel zur Maske gehört, in Vielfachen der Schwelle des Modells.</translation>
    </message>
    <message>
        <source>Outline the mask</source>
        <translation>Die Maske umranden</translation>
    </message>
    <message>
        <source>Heat under the pointer</source>
        <translation>Wärme unter dem Zeiger</translation>
    </message>
    <message>
        <source>SCORE</source>
        <translation>BEWERTUNG</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>HEAT</source>
        <translation>WÄRME</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Train on a folder of good pictures</source>
        <translation>Mit guten Bildern trainieren</translation>
    </message>
    <message>
        <source>Save heat and mask</source>
        <translation>Wärme und Maske speichern</translation>
    </message>
    <message>
        <source>Heat</source>
        <translation>Wärme</translation>
    </message>
    <message>
        <source>PNG, coloured over the picture</source>
        <translation>PNG, farbig über dem Bild</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>PNG, white where a pixel is not normal</source>
        <translation>PNG, weiß, wo ein Pixel nicht normal ist</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>TIFF in floating point</source>
        <translation>TIFF in Gleitkommazahlen</translation>
    </message>
    <message>
        <source>The same for a whole folder…</source>
        <translation>Dasselbe für einen ganzen Ordner …</translation>
    </message>
    <message>
        <source>Score every picture of a folder in the Folders panel</source>
        <translation>Alle Bilder eines Ordners im Bereich „Ordner“ bewerten</translation>
    </message>
    <message>
        <source>Look for anomalies</source>
        <translation>Nach Anomalien suchen</translation>
    </message>
    <message>
        <source>There is no model of what is normal yet. Train one on a folder of good pictures, or add an .onnx file with a card.</source>
        <translation>Es gibt noch kein Modell dafür, was normal ist. Trainieren Sie eines an einem Ordner guter Bilder oder fügen Sie eine .onnx-Datei mit Modellkarte hinzu.</translation>
    </message>
    <message>
        <source>Train…</source>
        <translation>Trainieren …</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>The model names no good pictures to compare with.</source>
        <translation>Das Modell nennt keine guten Bilder zum Vergleichen.</translation>
    </message>
    <message>
        <source>More unusual than every one of {count} good pictures</source>
        <translation>Ungewöhnlicher als jedes von {count} guten Bildern</translation>
    </message>
    <message>
        <source>No more unusual than the {count} good pictures</source>
        <translation>Nicht ungewöhnlicher als die {count} guten Bilder</translation>
    </message>
    <message>
        <source>More unusual than {share} % of {count} good pictures</source>
        <translation>Ungewöhnlicher als {share} % von {count} guten Bildern</translation>
    </message>
    <message>
        <source>heat {value}, {times} × the model&apos;s threshold</source>
        <translation>Wärme {value}, {times} × die Schwelle des Modells</translation>
    </message>
    <message>
        <source>Saving the heat of {name}</source>
        <translation>Wärme von {name} wird gespeichert</translation>
    </message>
</context>
<context>
    <name>Arithmetic</name>
    <message>
        <source>A: {first}, B: {second}</source>
        <translation>A: {first}, B: {second}</translation>
    </message>
    <message>
        <source>Choose kept samples below and mark them A and B (keys A, B)</source>
        <translation>Wählen Sie unten behaltene Proben und markieren Sie sie als A und B (Tasten A, B)</translation>
    </message>
    <message>
        <source>mean of {n}</source>
        <translation>Mittel von {n}</translation>
    </message>
</context>
<context>
    <name>AtlasGrid</name>
    <message>
        <source>Units of the atlas</source>
        <translation>Einheiten des Atlas</translation>
    </message>
</context>
<context>
    <name>AtlasModel</name>
    <message>
        <source>Unit {unit}: no picture excites it</source>
        <translation>Einheit {unit}: Kein Bild regt sie an</translation>
    </message>
    <message>
        <source>Unit {unit}: strongest {value:.4g} in {file}</source>
        <translation>Einheit {unit}: am stärksten {value:.4g} in {file}</translation>
    </message>
</context>
<context>
    <name>AtlasPanel</name>
    <message>
        <source>Make an atlas, or open one</source>
        <extracomment>The network to begin with.</extracomment>
        <translation>Einen Atlas erstellen oder öffnen</translation>
    </message>
    <message>
        <source>Choose a folder with pictures on the right. Each goes through the network once; then you see, for every unit of the layer, the nine pictures that excite it most, and why.</source>
        <translation>Wählen Sie rechts einen Ordner mit Bildern. Jedes geht einmal durch das Netz; dann sehen Sie für jede Einheit der Schicht die neun Bilder, die sie am stärksten anregen, und warum.</translation>
    </message>
    <message>
        <source>About the atlas</source>
        <translation>Über den Atlas</translation>
    </message>
    <message>
        <source>unit or file</source>
        <translation>Einheit oder Datei</translation>
    </message>
    <message>
        <source>Search units and files</source>
        <translation>Einheiten und Dateien suchen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Order of the units</source>
        <translation>Reihenfolge der Einheiten</translation>
    </message>
    <message>
        <source>By number</source>
        <translation>Nach Nummer</translation>
    </message>
    <message>
        <source>Strongest first</source>
        <translation>Stärkste zuerst</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Back in pixels</source>
        <translation>Zurück in Pixel</translation>
    </message>
    <message>
        <source>What the units show</source>
        <translation>Was die Einheiten zeigen</translation>
    </message>
    <message>
        <source>Patches of the unit, each beside its reconstruction</source>
        <translation>Ausschnitte der Einheit, jeder neben seiner Rekonstruktion</translation>
    </message>
    <message>
        <source>No unit and no file is called so.</source>
        <translation>Keine Einheit und keine Datei heißt so.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>all, or numbers and spans such as 0-63,70</source>
        <translation>alle oder Nummern und Bereiche wie 0-63,70</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
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
        <translation>Mit seinen Unterordnern</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>a folder for the atlas</source>
        <translation>ein Ordner für den Atlas</translation>
    </message>
    <message>
        <source>Stop; what was looked at stays, and Go on does the rest</source>
        <translation>Anhalten; was angesehen wurde, bleibt, und „Fortsetzen“ erledigt den Rest</translation>
    </message>
    <message>
        <source>What will be done</source>
        <translation>Was getan wird</translation>
    </message>
    <message>
        <source>Make the atlas</source>
        <translation>Den Atlas erstellen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on where it was stopped; pictures that came since are added</source>
        <translation>Dort fortsetzen, wo angehalten wurde; inzwischen hinzugekommene Bilder werden aufgenommen</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Browse an atlas that was made before</source>
        <translation>Einen früher erstellten Atlas durchblättern</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Show the atlas as a page in the browser</source>
        <translation>Den Atlas als Seite im Browser zeigen</translation>
    </message>
    <message>
        <source>There is one already; Go on adds pictures that came since.</source>
        <translation>Es gibt schon einen; „Fortsetzen“ nimmt inzwischen hinzugekommene Bilder auf.</translation>
    </message>
    <message>
        <source>One was begun here; Go on does the rest.</source>
        <translation>Hier wurde einer begonnen; „Fortsetzen“ erledigt den Rest.</translation>
    </message>
    <message>
        <source>Each picture goes through the network once.</source>
        <translation>Jedes Bild geht einmal durch das Netz.</translation>
    </message>
    <message>
        <source>There is an atlas of this layer in {folder}.</source>
        <translation>In {folder} gibt es einen Atlas dieser Schicht.</translation>
    </message>
    <message>
        <source>Go on with it</source>
        <translation>Damit fortsetzen</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Atlas of {name}</source>
        <translation>Atlas von {name}</translation>
    </message>
    <message>
        <source>{n} pictures could not be looked at. The first: {why}</source>
        <translation>{n} Bilder konnten nicht angesehen werden. Das erste: {why}</translation>
    </message>
    <message>
        <source>Open an atlas</source>
        <translation>Einen Atlas öffnen</translation>
    </message>
    <message>
        <source>{layer}: {units} units, {pictures} pictures</source>
        <translation>{layer}: {units} Einheiten, {pictures} Bilder</translation>
    </message>
    <message>
        <source>{layer} of {model}: {units} units over {pictures} pictures, rule {rule}</source>
        <translation>{layer} von {model}: {units} Einheiten über {pictures} Bilder, Regel {rule}</translation>
    </message>
    <message>
        <source>Unit {unit}, strongest {value:.4g}</source>
        <translation>Einheit {unit}, am stärksten {value:.4g}</translation>
    </message>
    <message>
        <source>Unit {unit}: no picture of the folder excites it</source>
        <translation>Einheit {unit}: Kein Bild des Ordners regt sie an</translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>Back</source>
        <extracomment>Neighbours that are shown of a sample.</extracomment>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back to the seeds</source>
        <translation>Zurück zu den Startwerten</translation>
    </message>
    <message>
        <source>What the grid shows</source>
        <translation>Was das Raster zeigt</translation>
    </message>
    <message>
        <source>Size of the cells</source>
        <translation>Größe der Zellen</translation>
    </message>
    <message>
        <source>Size of the cells (Ctrl and the wheel)</source>
        <translation>Größe der Zellen (Strg und Mausrad)</translation>
    </message>
    <message>
        <source>How far from the sample</source>
        <translation>Wie weit von der Probe</translation>
    </message>
    <message>
        <source>Near {title}</source>
        <translation>Nahe {title}</translation>
    </message>
    <message>
        <source>{n} samples</source>
        <translation>{n} Proben</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>class {name}</source>
        <translation>Klasse {name}</translation>
    </message>
    <message>
        <source>not made yet</source>
        <translation>noch nicht erzeugt</translation>
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
        <translation>Schachbrett</translation>
    </message>
    <message>
        <source>Workbench…</source>
        <translation>Werkbank …</translation>
    </message>
    <message>
        <source>Look at the layers that enlarge, one by one, in the Workbench</source>
        <translation>Die vergrößernden Schichten einzeln in der Werkbank ansehen</translation>
    </message>
    <message>
        <source>Looking at {name}…</source>
        <translation>{name} wird untersucht …</translation>
    </message>
    <message>
        <source>✓ No layer of {name} brings in a checkerboard.</source>
        <translation>✓ Keine Schicht von {name} erzeugt ein Schachbrett.</translation>
    </message>
    <message>
        <source>✕ The layer {layer} ({op}, ×{stride}) brings one in: {score} of the detail.</source>
        <translation>✕ Die Schicht {layer} ({op}, ×{stride}) erzeugt eines: {score} der Details.</translation>
    </message>
</context>
<context>
    <name>CheckerboardPage</name>
    <message>
        <source>A whole network is fed noise. After each layer that enlarges, the score is the share of the detail&apos;s energy at the harmonics of its stride: what stands there is a checkerboard.</source>
        <translation>Ein ganzes Netz bekommt Rauschen. Nach jeder vergrößernden Schicht ist die Bewertung der Anteil der Energie der Details bei den Oberschwingungen ihrer Schrittweite: Was dort steht, ist ein Schachbrett.</translation>
    </message>
    <message>
        <source>Model to look over</source>
        <translation>Modell, das untersucht wird</translation>
    </message>
    <message>
        <source>Choose a model that enlarges, or open an .onnx file.</source>
        <translation>Wählen Sie ein Modell, das vergrößert, oder öffnen Sie eine .onnx-Datei.</translation>
    </message>
    <message>
        <source>Open .onnx…</source>
        <translation>.onnx öffnen …</translation>
    </message>
    <message>
        <source>Look over any network with one input.</source>
        <translation>Ein beliebiges Netz mit einem Eingang untersuchen.</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Layers that enlarge</source>
        <translation>Vergrößernde Schichten</translation>
    </message>
    <message>
        <source>The middle of the result</source>
        <translation>Die Mitte des Ergebnisses</translation>
    </message>
    <message>
        <source>Spectrum of the result along a row</source>
        <translation>Spektrum des Ergebnisses entlang einer Zeile</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>Modell wählen …</translation>
    </message>
    <message>
        <source>Look over a network</source>
        <translation>Ein Netz untersuchen</translation>
    </message>
    <message>
        <source>Networks (*.onnx)</source>
        <translation>Netze (*.onnx)</translation>
    </message>
    <message>
        <source>Looking at {name}…</source>
        <translation>{name} wird untersucht …</translation>
    </message>
    <message>
        <source>Not looked over</source>
        <translation>Nicht untersucht</translation>
    </message>
    <message>
        <source>Nothing enlarges</source>
        <translation>Nichts vergrößert</translation>
    </message>
    <message>
        <source>{name} has no layer that enlarges, so none can bring in a checkerboard.</source>
        <translation>{name} hat keine vergrößernde Schicht, daher kann keine ein Schachbrett erzeugen.</translation>
    </message>
    <message>
        <source>✓ No checkerboard</source>
        <translation>✓ Kein Schachbrett</translation>
    </message>
    <message>
        <source>No layer of {name} brings one in, fed noise of {size}.</source>
        <translation>Keine Schicht von {name} erzeugt eines, bei Rauschen von {size}.</translation>
    </message>
    <message>
        <source>✕ Checkerboard</source>
        <translation>✕ Schachbrett</translation>
    </message>
    <message>
        <source>The layer {layer} of {name} brings it in, fed noise of {size}. {remedy}</source>
        <translation>Die Schicht {layer} von {name} erzeugt es, bei Rauschen von {size}. {remedy}</translation>
    </message>
    <message>
        <source>the result</source>
        <translation>das Ergebnis</translation>
    </message>
    <message>
        <source>less its mean, {low} … {high}</source>
        <translation>abzüglich des Mittels, {low} … {high}</translation>
    </message>
    <message>
        <source>Score of {layer}</source>
        <translation>Bewertung von {layer}</translation>
    </message>
    <message>
        <source>← brings it in</source>
        <translation>← erzeugt es</translation>
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
        <translation>Verlauf des Fehlers</translation>
    </message>
    <message>
        <source>{first:.4g} at first, {last:.4g} now</source>
        <translation>{first:.4g} zu Anfang, {last:.4g} jetzt</translation>
    </message>
    <message>
        <source>the loss, once it is measured</source>
        <translation>der Fehler, sobald er gemessen ist</translation>
    </message>
    <message>
        <source>loss {value:.4g}</source>
        <translation>Fehler {value:.4g}</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>class {name}</source>
        <translation>Klasse {name}</translation>
    </message>
    <message>
        <source>truncation {value:.2g}</source>
        <translation>Trunkierung {value:.2g}</translation>
    </message>
    <message>
        <source>painted</source>
        <translation>bemalt</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>{name} gespeichert</translation>
    </message>
    <message>
        <source>Saved {n} files in {folder}</source>
        <translation>{n} Dateien in {folder} gespeichert</translation>
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
        <translation>Eine transponierte Faltung ist eine Faltung, die Schrittweite² Kanäle erzeugt, durch einen Pixel Shuffle verschränkt (Shi et al. 2016). Vergrößern und Falten ist eine andere Schicht.</translation>
    </message>
    <message>
        <source>Transposed convolution</source>
        <translation>Transponierte Faltung</translation>
    </message>
    <message>
        <source>Convolution + pixel shuffle</source>
        <translation>Faltung + Pixel Shuffle</translation>
    </message>
    <message>
        <source>Their difference</source>
        <translation>Ihr Unterschied</translation>
    </message>
    <message>
        <source>Resize + convolution</source>
        <translation>Vergrößern + Faltung</translation>
    </message>
    <message>
        <source>Flat grey, transposed</source>
        <translation>Flaches Grau, transponiert</translation>
    </message>
    <message>
        <source>Flat grey, resized</source>
        <translation>Flaches Grau, vergrößert</translation>
    </message>
    <message>
        <source>largest {value}</source>
        <translation>höchstens {value}</translation>
    </message>
    <message>
        <source>The same layer: a {taps} × {taps} convolution to {channels} channels and a pixel shuffle by {stride} give the same output. Largest difference {difference}, in double precision.</source>
        <translation>Dieselbe Schicht: Eine {taps} × {taps}-Faltung auf {channels} Kanäle und ein Pixel Shuffle mit {stride} ergeben denselben Ausgang. Größter Unterschied {difference}, in doppelter Genauigkeit.</translation>
    </message>
    <message>
        <source>deviates by {ripple}</source>
        <translation>weicht um {ripple} ab</translation>
    </message>
    <message>
        <source>Nearest-neighbour resize and the same kernel over {area}: a transposed convolution again, with a kernel of {joined} × {joined} (largest difference {difference}), whose overlap is even whatever the weights are.</source>
        <translation>Vergrößern mit dem nächsten Nachbarn und derselbe Kern über {area}: wieder eine transponierte Faltung, mit einem Kern von {joined} × {joined} (größter Unterschied {difference}), deren Überlappung bei allen Gewichten gleichmäßig ist.</translation>
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
        <translation>Kopiert, {width} × {height}</translation>
    </message>
    <message>
        <source>The sample is the open picture now; go on with it in another panel</source>
        <translation>Die Probe ist jetzt das geöffnete Bild; machen Sie in einem anderen Bereich damit weiter</translation>
    </message>
    <message>
        <source>Save into a folder</source>
        <translation>In einen Ordner speichern</translation>
    </message>
    <message>
        <source>Saving samples</source>
        <translation>Proben werden gespeichert</translation>
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
        <source>By the picture: gray or colour</source>
        <translation>Nach dem Bild: Grau oder Farbe</translation>
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
        <translation>Hinab durch die Faltung, hinauf durch ihre Transponierte: Einzelheiten gehen verloren. Eine Sprungverbindung trägt sie daran vorbei, hier mit Rauschen darauf. Addiert (FCN) bekommen beide ein gemeinsames Gewicht; verkettet unter einer 1 × 1-Faltung (U-Net) jedes sein eigenes.</translation>
    </message>
    <message>
        <source>Noise on the skip connection</source>
        <translation>Rauschen auf der Sprungverbindung</translation>
    </message>
    <message>
        <source>Standard deviation of the noise that the skip connection carries.</source>
        <translation>Standardabweichung des Rauschens, das die Sprungverbindung trägt.</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Down: K x</source>
        <translation>Hinab: K x</translation>
    </message>
    <message>
        <source>Up: Kᵀ K x</source>
        <translation>Hinauf: Kᵀ K x</translation>
    </message>
    <message>
        <source>Skip: x + noise</source>
        <translation>Sprung: x + Rauschen</translation>
    </message>
    <message>
        <source>Up alone</source>
        <translation>Nur hinauf</translation>
    </message>
    <message>
        <source>Skip alone</source>
        <translation>Nur Sprung</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Addiert</translation>
    </message>
    <message>
        <source>Concatenated</source>
        <translation>Verkettet</translation>
    </message>
    <message>
        <source>The kernel does not fit into the input, so nothing goes down. Use a larger input, a smaller kernel or more padding.</source>
        <translation>Der Kern passt nicht in den Eingang, also geht nichts hinab. Nehmen Sie einen größeren Eingang, einen kleineren Kern oder mehr Rand.</translation>
    </message>
    <message>
        <source>RMS error {error}</source>
        <translation>Quadratisches Mittel des Fehlers {error}</translation>
    </message>
    <message>
        <source>Added: {gain} · (up + skip), error {added}. Concatenated: {up} · up + {skip} · skip + {bias}, error {joined}. All weights are those of least squares; addition is the concatenation whose weights are the same.</source>
        <translation>Addiert: {gain} · (hinauf + Sprung), Fehler {added}. Verkettet: {up} · hinauf + {skip} · Sprung + {bias}, Fehler {joined}. Alle Gewichte sind die der kleinsten Quadrate; Addieren ist das Verketten mit gleichen Gewichten.</translation>
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
        <translation>Linke Taste malt, rechte löscht. Tasten: Pfeile bewegen, Leertaste malt, Entf löscht, + und − ändern eine Zelle.</translation>
    </message>
    <message>
        <source>row {row}, column {column}: {value}</source>
        <translation>Zeile {row}, Spalte {column}: {value}</translation>
    </message>
</context>
<context>
    <name>GridView</name>
    <message>
        <source>{rows} by {columns} numbers, {note}</source>
        <extracomment>Side of the smallest cell in which lines are drawn, and of the smallest with a number in it. Colours: the theme&apos;s, or those of &quot;dark&quot;, in which bright is much, as a photo has it.</extracomment>
        <translation>{rows} mal {columns} Zahlen, {note}</translation>
    </message>
    <message>
        <source>row {row}, column {column}: {value}</source>
        <translation>Zeile {row}, Spalte {column}: {value}</translation>
    </message>
</context>
<context>
    <name>HeatOverlay</name>
    <message>
        <source>Heat over the picture</source>
        <extracomment>Premultiplied ARGB of the outline and of the rim around it, seen on every picture and every ramp.</extracomment>
        <translation>Wärme über dem Bild</translation>
    </message>
</context>
<context>
    <name>HierarchyView</name>
    <message>
        <source>The unit&apos;s way down</source>
        <translation>Der Weg der Einheit hinab</translation>
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
    <name>InspectControls</name>
    <message>
        <source>File…</source>
        <translation>Datei …</translation>
    </message>
    <message>
        <source>Open an .onnx file</source>
        <translation>Eine .onnx-Datei öffnen</translation>
    </message>
    <message>
        <source>Look into an .onnx file of your own; it can also be dropped onto the window.</source>
        <translation>In eine eigene .onnx-Datei sehen; sie lässt sich auch auf das Fenster ziehen.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>About the network</source>
        <translation>Über das Netz</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Let the network see the open picture; from then on every click is live.</source>
        <translation>Das Netz das geöffnete Bild sehen lassen; danach wirkt jeder Klick sofort.</translation>
    </message>
    <message>
        <source>What is being done</source>
        <translation>Was gerade getan wird</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop what runs (Esc)</source>
        <translation>Anhalten, was läuft (Esc)</translation>
    </message>
    <message>
        <source>What the rule does</source>
        <translation>Was die Regel tut</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Strongest</source>
        <translation>Stärkste</translation>
    </message>
    <message>
        <source>Clicked</source>
        <translation>Angeklickte</translation>
    </message>
    <message>
        <source>Whole map</source>
        <translation>Ganze Karte</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Where the unit&apos;s activity is taken from: its strongest place, where you click on its map or on the picture, or everywhere.</source>
        <translation>Woher die Aktivität der Einheit genommen wird: von ihrer stärksten Stelle, von dort, wo Sie auf ihre Karte oder das Bild klicken, oder von überall.</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>Verstärkung</translation>
    </message>
    <message>
        <source>How much the view is amplified; at 1 only its strongest value is at the end.</source>
        <translation>Wie sehr die Ansicht verstärkt wird; bei 1 ist nur ihr stärkster Wert am Ende.</translation>
    </message>
    <message>
        <source>model:layer:unit</source>
        <translation>model:layer:unit</translation>
    </message>
    <message>
        <source>The link to this unit. Write or paste another one and press Return to go there.</source>
        <translation>Der Link zu dieser Einheit. Geben Sie einen anderen ein oder fügen Sie ihn ein, und drücken Sie die Eingabetaste, um dorthin zu gehen.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>Den Link kopieren</translation>
    </message>
    <message>
        <source>Copy the link to this unit (C)</source>
        <translation>Den Link zu dieser Einheit kopieren (C)</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>About the unit</source>
        <translation>Über die Einheit</translation>
    </message>
    <message>
        <source>CLASS SCORES</source>
        <translation>KLASSENWERTE</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Verify by occlusion</source>
        <translation>Durch Verdecken prüfen</translation>
    </message>
    <message>
        <source>Verify by occlusion: cover what the reconstruction shows, then what it does not (V)</source>
        <translation>Durch Verdecken prüfen: erst verdecken, was die Rekonstruktion zeigt, dann, was sie nicht zeigt (V)</translation>
    </message>
    <message>
        <source>Randomise</source>
        <translation>Durchmischen</translation>
    </message>
    <message>
        <source>Randomise from this layer up</source>
        <translation>Ab dieser Schicht aufwärts durchmischen</translation>
    </message>
    <message>
        <source>Randomise from this layer up: shuffle the weights and reconstruct again (X)</source>
        <translation>Ab dieser Schicht aufwärts durchmischen: die Gewichte mischen und noch einmal rekonstruieren (X)</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Keep this view among the pinned ones, to compare (P)</source>
        <translation>Diese Ansicht bei den angehefteten behalten, zum Vergleichen (P)</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Save, export, go to a link, and everything else</source>
        <translation>Speichern, Exportieren, zu einem Link gehen und alles andere</translation>
    </message>
    <message>
        <source>Seen at</source>
        <translation>Gesehen mit</translation>
    </message>
    <message>
        <source>{side} pixels</source>
        <translation>{side} Pixeln</translation>
    </message>
    <message>
        <source>full size</source>
        <translation>voller Größe</translation>
    </message>
    <message>
        <source>Longer side at which a network of any size sees the picture; others have their own.</source>
        <translation>Längere Seite, mit der ein Netz beliebiger Größe das Bild sieht; andere haben ihre eigene.</translation>
    </message>
    <message>
        <source>Colours of activations</source>
        <translation>Farben der Aktivierungen</translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation>Inferno</translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation>Viridis</translation>
    </message>
    <message>
        <source>Cividis</source>
        <translation>Cividis</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
    <message>
        <source>All rise evenly. A map with negative values is blue and orange, grey at zero.</source>
        <translation>Alle steigen gleichmäßig. Eine Karte mit negativen Werten ist blau und orange, grau bei null.</translation>
    </message>
    <message>
        <source>Colours of reconstructions</source>
        <translation>Farben der Rekonstruktionen</translation>
    </message>
    <message>
        <source>As pixels, grey is zero</source>
        <translation>Als Pixel, Grau ist null</translation>
    </message>
    <message>
        <source>Sum, blue to orange</source>
        <translation>Summe, Blau bis Orange</translation>
    </message>
    <message>
        <source>The channels as colours, or their sum on a ramp that is neutral at zero.</source>
        <translation>Die Kanäle als Farben oder ihre Summe auf einem Verlauf, der bei null neutral ist.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The unit&apos;s activation</source>
        <translation>Die Aktivierung der Einheit</translation>
    </message>
    <message>
        <source>One</source>
        <translation>Eins</translation>
    </message>
    <message>
        <source>What stands at the position before going back.</source>
        <translation>Was an der Stelle steht, bevor zurückgerechnet wird.</translation>
    </message>
    <message>
        <source>Size, colours, seed</source>
        <translation>Größe, Farben, Startwert</translation>
    </message>
    <message>
        <source>Deconvnet, since max pools tie this layer to the picture.</source>
        <translation>Deconvnet, da Max-Pools diese Schicht an das Bild binden.</translation>
    </message>
    <message>
        <source>Guided: there is no max pool below, so deconvnet would not depend on the picture.</source>
        <translation>Geführt: Darunter liegt kein Max-Pool, Deconvnet hinge also nicht vom Bild ab.</translation>
    </message>
    <message>
        <source>No max pool lies below this layer: deconvnet shows its filters, whatever the picture is.</source>
        <translation>Unter dieser Schicht liegt kein Max-Pool: Deconvnet zeigt ihre Filter, gleich bei welchem Bild.</translation>
    </message>
    <message>
        <source>Whole map.</source>
        <translation>Ganze Karte.</translation>
    </message>
    <message>
        <source>Seed {value:.4g} at {place}.</source>
        <translation>Startwert {value:.4g} bei {place}.</translation>
    </message>
    <message>
        <source>Seed {value:.4g}.</source>
        <translation>Startwert {value:.4g}.</translation>
    </message>
    <message>
        <source>It sees {height} × {width} pixels, rows {top} to {bottom}, columns {left} to {right}.</source>
        <translation>Sie sieht {height} × {width} Pixel, Zeilen {top} bis {bottom}, Spalten {left} bis {right}.</translation>
    </message>
</context>
<context>
    <name>InspectFiles</name>
    <message>
        <source>Save into a folder</source>
        <translation>In einen Ordner speichern</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Wird gespeichert</translation>
    </message>
    <message>
        <source>Saved {names}</source>
        <translation>{names} gespeichert</translation>
    </message>
    <message>
        <source>Export the reverse graph</source>
        <translation>Rückwärtsgraphen exportieren</translation>
    </message>
    <message>
        <source>Reverse graphs (*.recon.onnx)</source>
        <translation>Rückwärtsgraphen (*.recon.onnx)</translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation>{name} wird exportiert</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>{name} gespeichert</translation>
    </message>
</context>
<context>
    <name>InspectMiddle</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Filter by name or operator</source>
        <translation>Name oder Operator</translation>
    </message>
    <message>
        <source>Filter the layers</source>
        <translation>Schichten filtern</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Every tensor</source>
        <translation>Alle Tensoren</translation>
    </message>
    <message>
        <source>Also show what only leads to the next layer: convolutions before their activation, reshaping, padding.</source>
        <translation>Auch zeigen, was nur zur nächsten Schicht führt: Faltungen vor ihrer Aktivierung, Umformen, Auffüllen.</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Unit&apos;s map</source>
        <translation>Karte der Einheit</translation>
    </message>
    <message>
        <source>Reconstruction</source>
        <translation>Rekonstruktion</translation>
    </message>
    <message>
        <source>{shown} of {every} layers of {name}</source>
        <translation>{shown} von {every} Schichten von {name}</translation>
    </message>
    <message>
        <source>No layer of {name} has “{text}” in its name or operator</source>
        <translation>Keine Schicht von {name} hat „{text}“ im Namen oder Operator</translation>
    </message>
</context>
<context>
    <name>InspectPages</name>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>Nine seeds</source>
        <translation>Neun Startwerte</translation>
    </message>
    <message>
        <source>Hierarchy</source>
        <translation>Hierarchie</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Tests</source>
        <translation>Tests</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Whole</source>
        <translation>Ganz</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>What the views show</source>
        <translation>Was die Ansichten zeigen</translation>
    </message>
    <message>
        <source>The whole picture, or the unit&apos;s receptive field: the patch beside its reconstruction (Z)</source>
        <translation>Das ganze Bild oder das rezeptive Feld der Einheit: der Ausschnitt neben seiner Rekonstruktion (Z)</translation>
    </message>
    <message>
        <source>by peak</source>
        <translation>nach Höchstwert</translation>
    </message>
    <message>
        <source>by mean</source>
        <translation>nach Mittelwert</translation>
    </message>
    <message>
        <source>by number</source>
        <translation>nach Nummer</translation>
    </message>
    <message>
        <source>Order of the units</source>
        <translation>Reihenfolge der Einheiten</translation>
    </message>
    <message>
        <source>One range</source>
        <translation>Ein Bereich</translation>
    </message>
    <message>
        <source>All maps share the layer&apos;s range; else each unit has its own.</source>
        <translation>Alle Karten teilen den Wertebereich der Schicht; sonst hat jede Einheit ihren eigenen.</translation>
    </message>
    <message>
        <source>This needs a rule that projects back: deconvnet, guided or gradient.</source>
        <translation>Dafür ist eine Regel nötig, die zurückprojiziert: Deconvnet, geführt oder Gradient.</translation>
    </message>
    <message>
        <source>Nothing is pinned. P keeps the view at hand: of any unit, rule, picture or network. Return goes back to a pinned unit, Delete takes it away.</source>
        <translation>Nichts ist angeheftet. P behält die aktuelle Ansicht: von jeder Einheit, jeder Regel, jedem Bild oder Netz. Die Eingabetaste führt zu einer angehefteten Einheit zurück, Entf entfernt sie.</translation>
    </message>
    <message>
        <source>Verify covers what the reconstruction shows; Randomise shuffles the weights. What comes of it stands here.</source>
        <translation>„Prüfen“ verdeckt, was die Rekonstruktion zeigt; „Durchmischen“ mischt die Gewichte. Was sich daraus ergibt, steht hier.</translation>
    </message>
    <message>
        <source>Outcome of the tests</source>
        <translation>Ergebnis der Tests</translation>
    </message>
    <message>
        <source>Before and after shuffling</source>
        <translation>Vor und nach dem Mischen</translation>
    </message>
    <message>
        <source>Pinned, {count} in all</source>
        <translation>Angeheftet, {count} insgesamt</translation>
    </message>
</context>
<context>
    <name>InspectPanel</name>
    <message>
        <source>Copy the link</source>
        <translation>Den Link kopieren</translation>
    </message>
    <message>
        <source>Verify by occlusion</source>
        <translation>Durch Verdecken prüfen</translation>
    </message>
    <message>
        <source>Randomise from this layer up</source>
        <translation>Ab dieser Schicht aufwärts durchmischen</translation>
    </message>
    <message>
        <source>by number</source>
        <translation>nach Nummer</translation>
    </message>
    <message>
        <source>Pin this view</source>
        <extracomment>Milliseconds a slider has to rest before the views are drawn anew. The network to begin with, where none was chosen before.</extracomment>
        <translation>Diese Ansicht anheften</translation>
    </message>
    <message>
        <source>Go to a link…</source>
        <translation>Zu einem Link gehen …</translation>
    </message>
    <message>
        <source>Next rule</source>
        <translation>Nächste Regel</translation>
    </message>
    <message>
        <source>Whole picture or field</source>
        <translation>Ganzes Bild oder Feld</translation>
    </message>
    <message>
        <source>Layer before</source>
        <translation>Vorige Schicht</translation>
    </message>
    <message>
        <source>Layer after</source>
        <translation>Folgende Schicht</translation>
    </message>
    <message>
        <source>Save picture, values and patch…</source>
        <translation>Bild, Werte und Ausschnitt speichern …</translation>
    </message>
    <message>
        <source>Export the reverse graph…</source>
        <translation>Rückwärtsgraphen exportieren …</translation>
    </message>
    <message>
        <source>Randomise from another layer up</source>
        <translation>Ab einer anderen Schicht aufwärts durchmischen</translation>
    </message>
    <message>
        <source>Look into a network</source>
        <translation>In ein Netz hineinsehen</translation>
    </message>
    <message>
        <source>Networks (*.onnx)</source>
        <translation>Netze (*.onnx)</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird angesehen …</translation>
    </message>
    <message>
        <source>Open a picture (Ctrl+O), or drop one here, to see what a network makes of it.</source>
        <translation>Öffnen Sie ein Bild (Strg+O) oder ziehen Sie eines hierher, um zu sehen, was ein Netz daraus macht.</translation>
    </message>
    <message>
        <source>There is no network yet. Drop an .onnx file onto the window.</source>
        <translation>Es gibt noch kein Netz. Ziehen Sie eine .onnx-Datei auf das Fenster.</translation>
    </message>
    <message>
        <source>Press Look (Ctrl+Return): the network sees the picture once, then clicks are live.</source>
        <translation>Drücken Sie „Ansehen“ (Strg+Eingabe): Das Netz sieht das Bild einmal, danach wirken Klicks sofort.</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} Parameter</translation>
    </message>
    <message>
        <source>highest peak first</source>
        <translation>höchster Höchstwert zuerst</translation>
    </message>
    <message>
        <source>highest mean first</source>
        <translation>höchster Mittelwert zuerst</translation>
    </message>
    <message>
        <source>{count} units of {layer}, {sorting}</source>
        <translation>{count} Einheiten von {layer}, {sorting}</translation>
    </message>
    <message>
        <source>Covering the picture…</source>
        <translation>Das Bild wird verdeckt …</translation>
    </message>
    <message>
        <source>unit {unit} of {layer}</source>
        <translation>Einheit {unit} von {layer}</translation>
    </message>
    <message>
        <source>peak {peak:.4g}</source>
        <translation>Höchstwert {peak:.4g}</translation>
    </message>
    <message>
        <source>evidence for {name} in {layer}</source>
        <translation>Belege für {name} in {layer}</translation>
    </message>
    <message>
        <source>forward {forward:.0f} ms, reverse {reverse:.0f} ms</source>
        <translation>vorwärts {forward:.0f} ms, rückwärts {reverse:.0f} ms</translation>
    </message>
    <message>
        <source>gain × {gain:g}</source>
        <translation>Verstärkung × {gain:g}</translation>
    </message>
    <message>
        <source>No reconstruction</source>
        <translation>Keine Rekonstruktion</translation>
    </message>
    <message>
        <source>Go to {layer}</source>
        <translation>Zu {layer} gehen</translation>
    </message>
    <message>
        <source>Use one as seed</source>
        <translation>Eins als Startwert verwenden</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>Kopiert: {text}</translation>
    </message>
    <message>
        <source>There is no network {name} here. Install it, or open its file.</source>
        <translation>Ein Netz {name} gibt es hier nicht. Installieren Sie es oder öffnen Sie seine Datei.</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>Datei öffnen …</translation>
    </message>
    <message>
        <source>{model} has no layer {layer}.</source>
        <translation>{model} hat keine Schicht {layer}.</translation>
    </message>
    <message>
        <source>class {unit}</source>
        <translation>Klasse {unit}</translation>
    </message>
</context>
<context>
    <name>InspectWords</name>
    <message>
        <source>By the network</source>
        <translation>Je nach Netz</translation>
    </message>
    <message>
        <source>Deconvnet where max pools lie below the layer, else guided.</source>
        <translation>Deconvnet, wo unter der Schicht Max-Pools liegen, sonst geführt.</translation>
    </message>
    <message>
        <source>Deconvnet</source>
        <translation>Deconvnet</translation>
    </message>
    <message>
        <source>Back through the transposed filters; rectifiers cut what is negative on the way back, max pools put values where they came from.</source>
        <translation>Zurück durch die transponierten Filter; Gleichrichter schneiden auf dem Rückweg Negatives ab, Max-Pools setzen Werte dorthin, woher sie kamen.</translation>
    </message>
    <message>
        <source>Guided backpropagation</source>
        <translation>Geführte Rückpropagierung</translation>
    </message>
    <message>
        <source>As deconvnet, and rectifiers also cut where the unit was off on the way forward.</source>
        <translation>Wie Deconvnet, und Gleichrichter schneiden auch dort ab, wo die Einheit auf dem Hinweg aus war.</translation>
    </message>
    <message>
        <source>Plain gradient</source>
        <translation>Einfacher Gradient</translation>
    </message>
    <message>
        <source>How the unit&apos;s value would change with each pixel, exactly; noisy to look at.</source>
        <translation>Wie sich der Wert der Einheit mit jedem Pixel ändern würde, exakt; verrauscht anzusehen.</translation>
    </message>
    <message>
        <source>Grad-CAM (for a class)</source>
        <translation>Grad-CAM (für eine Klasse)</translation>
    </message>
    <message>
        <source>Where in the chosen layer the evidence for a class is; choose the class among the scores.</source>
        <translation>Wo in der gewählten Schicht die Belege für eine Klasse liegen; wählen Sie die Klasse unter den Bewertungen.</translation>
    </message>
    <message>
        <source>Occlusion</source>
        <translation>Verdeckung</translation>
    </message>
    <message>
        <source>A grey patch is moved over the picture; the map shows how much the unit falls where it lies.</source>
        <translation>Ein graues Feld wird über das Bild bewegt; die Karte zeigt, wie stark die Einheit sinkt, wo es liegt.</translation>
    </message>
    <message>
        <source>What is shown</source>
        <extracomment>Heading and text of the help.</extracomment>
        <translation>Was gezeigt wird</translation>
    </message>
    <message>
        <source>The network sees the picture once. A unit&apos;s map is its activity at every place. The reconstruction takes the activity at one place, sets all else to zero, and goes back through the same filters to pixels. Grey is zero; brighter and darker are more and less. It is no photograph of what the unit wants, but the part of this picture that reached it.</source>
        <translation>Das Netz sieht das Bild einmal. Die Karte einer Einheit ist ihre Aktivität an jeder Stelle. Die Rekonstruktion nimmt die Aktivität an einer Stelle, setzt alles andere auf null und geht durch dieselben Filter zurück zu den Pixeln. Grau ist null; heller und dunkler sind mehr und weniger. Sie ist kein Foto dessen, was die Einheit will, sondern der Teil dieses Bildes, der sie erreicht hat.</translation>
    </message>
    <message>
        <source>Deconvnet (Zeiler and Fergus 2014)</source>
        <translation>Deconvnet (Zeiler und Fergus 2014)</translation>
    </message>
    <message>
        <source>Shows which pattern a unit answers to, tied to the picture by the switches of max pools. Without max pooling below the layer it does not depend on the picture at all: it shows the filters only, whatever is open. It cannot show what makes the unit weaker.</source>
        <translation>Zeigt, auf welches Muster eine Einheit anspricht, durch die Schalter der Max-Pools an das Bild gebunden. Ohne Max-Pooling unter der Schicht hängt es überhaupt nicht vom Bild ab: Es zeigt nur die Filter, was auch immer geöffnet ist. Was die Einheit schwächt, kann es nicht zeigen.</translation>
    </message>
    <message>
        <source>Guided backpropagation (Springenberg and others 2015)</source>
        <translation>Geführte Rückpropagierung (Springenberg und andere 2015)</translation>
    </message>
    <message>
        <source>Sharp, and tied to the picture without any pooling. Much of the sharpness is the picture&apos;s own edges: it changes little when the weights above are shuffled, so it says where, and hardly why. Check it with “Randomise from here up”.</source>
        <translation>Scharf und auch ohne Pooling an das Bild gebunden. Ein großer Teil der Schärfe stammt von den Kanten des Bildes selbst: Sie ändert sich wenig, wenn die Gewichte darüber gemischt werden, sagt also, wo, aber kaum, warum. Prüfen Sie sie mit „Ab hier aufwärts durchmischen“.</translation>
    </message>
    <message>
        <source>Plain gradient (Simonyan and others 2014)</source>
        <translation>Einfacher Gradient (Simonyan und andere 2014)</translation>
    </message>
    <message>
        <source>Exact for infinitely small changes of the pixels. It shows both what strengthens and what weakens. It does not show what matters as a whole: a saturated unit has no gradient.</source>
        <translation>Exakt für unendlich kleine Änderungen der Pixel. Er zeigt sowohl, was stärkt, als auch, was schwächt. Er zeigt nicht, was im Ganzen zählt: Eine gesättigte Einheit hat keinen Gradienten.</translation>
    </message>
    <message>
        <source>Grad-CAM (Selvaraju and others 2017)</source>
        <translation>Grad-CAM (Selvaraju und andere 2017)</translation>
    </message>
    <message>
        <source>Coarse evidence for a class at the size of the layer&apos;s maps. It passes the test with shuffled weights. It shows no detail, and it is no reconstruction.</source>
        <translation>Grobe Belege für eine Klasse in der Größe der Karten der Schicht. Es besteht den Test mit gemischten Gewichten. Es zeigt keine Einzelheiten und ist keine Rekonstruktion.</translation>
    </message>
    <message>
        <source>Measures instead of explaining: what really happens when a part is covered. It is slow, as coarse as its patch, and the grey patch is itself something the network may see.</source>
        <translation>Misst, statt zu erklären: was wirklich geschieht, wenn ein Teil verdeckt ist. Sie ist langsam und so grob wie ihr Feld, und das graue Feld ist selbst etwas, was das Netz sehen kann.</translation>
    </message>
    <message>
        <source>Verify by occlusion</source>
        <translation>Durch Verdecken prüfen</translation>
    </message>
    <message>
        <source>Covers the half of the unit&apos;s field that the reconstruction shows most, then the half it shows least. A reconstruction that shows the cause makes the unit fall much more in the first case.</source>
        <translation>Verdeckt die Hälfte des Feldes der Einheit, die die Rekonstruktion am stärksten zeigt, dann die Hälfte, die sie am schwächsten zeigt. Bei einer Rekonstruktion, die die Ursache zeigt, sinkt die Einheit im ersten Fall viel stärker.</translation>
    </message>
    <message>
        <source>Randomise from here up</source>
        <translation>Ab hier aufwärts durchmischen</translation>
    </message>
    <message>
        <source>Shuffles the weights of the layer and all above it, and reconstructs again (Adebayo and others 2018). If both look alike, the picture shows the input&apos;s edges and not what the network learned.</source>
        <translation>Mischt die Gewichte der Schicht und aller darüber und rekonstruiert erneut (Adebayo und andere 2018). Sehen beide gleich aus, zeigt das Bild die Kanten der Eingabe und nicht, was das Netz gelernt hat.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Arrows move among units and, in the strip, among layers; Ctrl+Up and Ctrl+Down go a layer back and on from anywhere. P pins, C copies the link, R goes to the next rule, V verifies, X randomises. The wheel zooms all views together, double click shows everything.</source>
        <translation>Die Pfeiltasten wechseln zwischen Einheiten und, in der Leiste, zwischen Schichten; Strg+Auf und Strg+Ab gehen von überall eine Schicht zurück und weiter. P heftet an, C kopiert den Link, R geht zur nächsten Regel, V prüft, X mischt durch. Das Mausrad zoomt alle Ansichten gemeinsam, ein Doppelklick zeigt alles.</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Look</source>
        <extracomment>What a tool asks for in place of the plain sample: a function of `jobs`, and what it gets beside the generator; None for the sample as it is.</extracomment>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>Walk</source>
        <translation>Weg</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>What is done with the sample</source>
        <translation>Was mit dem Bild geschieht</translation>
    </message>
    <message>
        <source>Look at the sample, vary it, find its like among the training pictures</source>
        <translation>Das Bild ansehen, variieren und Ähnliches unter den Trainingsbildern finden</translation>
    </message>
    <message>
        <source>Means of kept samples, and a direction from some to others</source>
        <translation>Mittel behaltener Bilder und eine Richtung von einigen zu anderen</translation>
    </message>
    <message>
        <source>A film through kept samples</source>
        <translation>Ein Film durch behaltene Bilder</translation>
    </message>
    <message>
        <source>Switch units of a layer off or on where you paint</source>
        <translation>Einheiten einer Schicht dort ein- oder ausschalten, wo Sie malen</translation>
    </message>
    <message>
        <source>The sample, large</source>
        <translation>Das Bild, groß</translation>
    </message>
    <message>
        <source>About the sample</source>
        <translation>Über das Bild</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Show the picture&apos;s own pixels, not smoothed</source>
        <translation>Die Pixel des Bildes selbst zeigen, nicht geglättet</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Put what is chosen into the tray below (K)</source>
        <translation>Die Auswahl in die Ablage unten legen (K)</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Save what is chosen as PNG files, from which it can be made again</source>
        <translation>Die Auswahl als PNG-Dateien speichern, aus denen sie sich wieder erzeugen lässt</translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>KEPT</source>
        <translation>BEHALTEN</translation>
    </message>
    <message>
        <source>Keep samples with K: they can be mixed, walked through and saved together</source>
        <translation>Behalten Sie Bilder mit K: Sie lassen sich mischen, zu einem Weg verbinden und gemeinsam speichern</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Making what was kept again: {n} of {count}</source>
        <translation>Behaltenes wird wieder gemacht: {n} von {count}</translation>
    </message>
    <message>
        <source>What was kept cannot be made again: other weights of {model} made it. Its list is in {file}.</source>
        <translation>Behaltenes lässt sich nicht wieder machen: Es stammt von anderen Gewichten von {model}. Die Liste steht in {file}.</translation>
    </message>
    <message>
        <source>What was kept of {model} cannot be read. The damaged list is in {file}.</source>
        <translation>Was von {model} behalten wurde, ist nicht lesbar. Die beschädigte Liste steht in {file}.</translation>
    </message>
    <message>
        <source>Will be kept once what was kept before is there again</source>
        <translation>Wird behalten, sobald das früher Behaltene wieder da ist</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Choose kept samples in the tray first</source>
        <translation>Wählen Sie zuerst behaltene Bilder in der Ablage</translation>
    </message>
    <message>
        <source>Mark {letter}</source>
        <translation>Als {letter} markieren</translation>
    </message>
    <message>
        <source>KEPT, {n}</source>
        <translation>BEHALTEN, {n}</translation>
    </message>
</context>
<context>
    <name>LayerDelegate</name>
    <message>
        <source>sees {side}</source>
        <translation>sieht {side}</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>Operator {op}, node {node}</source>
        <translation>Operator {op}, Knoten {node}</translation>
    </message>
    <message>
        <source>{units} units, shape {shape}</source>
        <translation>{units} Einheiten, Form {shape}</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} Parameter</translation>
    </message>
    <message>
        <source>its middle sees {height} × {width} pixels</source>
        <translation>ihre Mitte sieht {height} × {width} Pixel</translation>
    </message>
    <message>
        <source>There is no way back from here to the picture; only its maps can be shown.</source>
        <translation>Von hier führt kein Weg zurück zum Bild; nur die Karten lassen sich zeigen.</translation>
    </message>
</context>
<context>
    <name>LayerStrip</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>IoU</source>
        <translation>IoU</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice</translation>
    </message>
    <message>
        <source>A tick shows a class; the chosen row is what the brush draws. Double click shows it alone.</source>
        <translation>Ein Häkchen zeigt eine Klasse; die gewählte Zeile ist, was der Pinsel zeichnet. Ein Doppelklick zeigt sie allein.</translation>
    </message>
    <message>
        <source>Columns of the classes</source>
        <translation>Spalten der Klassen</translation>
    </message>
    <message>
        <source>Show only this class</source>
        <translation>Nur diese Klasse zeigen</translation>
    </message>
    <message>
        <source>Show the chosen class alone, or all that are ticked again</source>
        <translation>Die gewählte Klasse allein zeigen oder wieder alle angehakten</translation>
    </message>
</context>
<context>
    <name>LookTool</name>
    <message>
        <source>Vary</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>Show samples near this one (V)</source>
        <translation>Bilder in der Nähe von diesem zeigen (V)</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Groß</translation>
    </message>
    <message>
        <source>Give it the whole room, and back (Return)</source>
        <translation>Den ganzen Platz geben und zurück (Eingabe)</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the picture (Ctrl+C)</source>
        <translation>Bild kopieren (Strg+C)</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open it as the picture, to enlarge or inspect it in another panel</source>
        <translation>Als Bild öffnen, um es in einem anderen Bereich zu vergrößern oder zu untersuchen</translation>
    </message>
    <message>
        <source>Nearest training pictures: no folder yet</source>
        <translation>Nächste Trainingsbilder: noch kein Ordner</translation>
    </message>
    <message>
        <source>Nearest training pictures</source>
        <translation>Nächste Trainingsbilder</translation>
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
        <translation>Maske über dem Bild</translation>
    </message>
</context>
<context>
    <name>MixTool</name>
    <message>
        <source>Mark A</source>
        <translation>Als A markieren</translation>
    </message>
    <message>
        <source>Chosen kept samples are where the direction starts</source>
        <translation>Bei den gewählten behaltenen Bildern beginnt die Richtung</translation>
    </message>
    <message>
        <source>Mark B</source>
        <translation>Als B markieren</translation>
    </message>
    <message>
        <source>Chosen kept samples are where the direction leads</source>
        <translation>Zu den gewählten behaltenen Bildern führt die Richtung</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Show the mean of the chosen kept samples</source>
        <translation>Das Mittel der gewählten behaltenen Bilder zeigen</translation>
    </message>
    <message>
        <source>From A towards B</source>
        <translation>Von A in Richtung B</translation>
    </message>
    <message>
        <source>The sample is moved along the way from A&apos;s mean to B&apos;s mean; 1 is the whole way.</source>
        <translation>Das Bild wird auf dem Weg vom Mittel von A zum Mittel von B verschoben; 1 ist der ganze Weg.</translation>
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
        <source>{gain:+.1f} dB over the noisy picture ({noise}; {dataset}, {convention})</source>
        <translation>{gain:+.1f} dB über dem verrauschten Bild ({noise}; {dataset}, {convention})</translation>
    </message>
    <message>
        <source>(noisy {value:.4g})</source>
        <translation>(verrauscht {value:.4g})</translation>
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
        <source>{measure} {value} ({dataset})</source>
        <translation>{measure} {value} ({dataset})</translation>
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
        <translation>Nächste Trainingsbilder</translation>
    </message>
    <message>
        <source>Training pictures</source>
        <translation>Trainingsbilder</translation>
    </message>
    <message>
        <source>a folder with pictures</source>
        <translation>ein Ordner mit Bildern</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation>Was verglichen wird</translation>
    </message>
    <message>
        <source>Root mean square difference of the pixels</source>
        <translation>Quadratisches Mittel der Pixeldifferenzen</translation>
    </message>
    <message>
        <source>Distance between a classifier&apos;s features, which see what is shown and not where</source>
        <translation>Abstand der Merkmale eines Klassifikators, die sehen, was gezeigt wird, und nicht, wo</translation>
    </message>
    <message>
        <source>Nearest training pictures: looking…</source>
        <translation>Nächste Trainingsbilder: Suche läuft …</translation>
    </message>
    <message>
        <source>Nearest training pictures: {what}</source>
        <translation>Nächste Trainingsbilder: {what}</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Nearest training pictures by {what}; 0 is a copy</source>
        <translation>Nächste Trainingsbilder nach {what}; 0 ist eine Kopie</translation>
    </message>
    <message>
        <source>Left out, as they cannot be read: {names}</source>
        <translation>Ausgelassen, da nicht lesbar: {names}</translation>
    </message>
    <message>
        <source>Nearest training pictures: none found</source>
        <translation>Nächste Trainingsbilder: keine gefunden</translation>
    </message>
</context>
<context>
    <name>NoGenerator</name>
    <message>
        <source>There is no generator yet</source>
        <translation>Es gibt noch keinen Generator</translation>
    </message>
    <message>
        <source>Command that installs a generator</source>
        <translation>Befehl, der einen Generator installiert</translation>
    </message>
    <message>
        <source>The generators that come with the program are missing from this installation. “{title}” can be installed, here or with the command below; it needs the network once.
Licence: {terms}
Or add a generator of your own with Ctrl+M.</source>
        <translation>Die mitgelieferten Generatoren fehlen in dieser Installation. „{title}“ lässt sich installieren, hier oder mit dem Befehl unten; dafür ist einmal eine Internetverbindung nötig.
Lizenz: {terms}
Oder fügen Sie mit Strg+M einen eigenen Generator hinzu.</translation>
    </message>
    <message>
        <source>Install {title}</source>
        <translation>{title} installieren</translation>
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
        <translation>Beliebige von heat (farbig, über dem Bild), mask, map (die Werte, Gleitkomma-TIFF), durch Kommas getrennt.</translation>
    </message>
    <message>
        <source>Score above which a picture is not normal: auto (the model&apos;s own), or a number from 0.</source>
        <translation>Wert, über dem ein Bild nicht normal ist: auto (der des Modells) oder eine Zahl ab 0.</translation>
    </message>
    <message>
        <source>Threshold of a pixel</source>
        <translation>Schwelle eines Pixels</translation>
    </message>
    <message>
        <source>Heat above which a pixel is in the mask: auto (the model&apos;s own), or a number from 0.</source>
        <translation>Wärme, ab der ein Pixel zur Maske gehört: auto (die des Modells) oder eine Zahl ab 0.</translation>
    </message>
    <message>
        <source>Smallest spot</source>
        <translation>Kleinster Fleck</translation>
    </message>
    <message>
        <source>Spots of the mask with fewer pixels are left out.</source>
        <translation>Flecken der Maske mit weniger Pixeln werden weggelassen.</translation>
    </message>
    <message>
        <source>Of the hottest colour in the saved heat.</source>
        <translation>Für die heißeste Farbe der gespeicherten Wärmekarte.</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Of the saved heat.</source>
        <translation>Für die gespeicherte Wärmekarte.</translation>
    </message>
    <message>
        <source>inferno</source>
        <translation>inferno</translation>
    </message>
    <message>
        <source>viridis</source>
        <translation>viridis</translation>
    </message>
    <message>
        <source>cividis</source>
        <translation>cividis</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Standard deviation of the noise in 8-bit steps (0 to 255), or auto to have it found; blind leaves that to the network.</source>
        <translation>Standardabweichung des Rauschens in 8-Bit-Stufen (0 bis 255) oder auto, um sie ermitteln zu lassen; blind überlässt das dem Netz.</translation>
    </message>
    <message>
        <source>Keep of the original</source>
        <translation>Vom Original behalten</translation>
    </message>
    <message>
        <source>Share of the original in the result, from 0 to 1: some grain looks more natural than none.</source>
        <translation>Anteil des Originals am Ergebnis, von 0 bis 1: Etwas Korn wirkt natürlicher als gar keines.</translation>
    </message>
    <message>
        <source>Side of a tile in pixels; 0 takes what the memory limit allows.</source>
        <translation>Seitenlänge einer Kachel in Pixeln; 0 nimmt, was die Speichergrenze erlaubt.</translation>
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
        <translation>Jede Zahl sagt, wie viele Eingänge diesen Ausgang erreichen. Wo Nachbarn sich unterscheiden, muss die Schicht lernen, das auszugleichen, sonst bleibt ein Schachbrett (Odena, Dumoulin und Olah 2016).</translation>
    </message>
    <message>
        <source>Overlap counts</source>
        <translation>Überlappungszahlen</translation>
    </message>
    <message>
        <source>What flat grey becomes</source>
        <translation>Was aus gleichmäßigem Grau wird</translation>
    </message>
    <message>
        <source>Spectrum along a row, for noise</source>
        <translation>Spektrum entlang einer Zeile, für Rauschen</translation>
    </message>
    <message>
        <source>{low} to {high} inputs an output</source>
        <translation>{low} bis {high} Eingänge je Ausgang</translation>
    </message>
    <message>
        <source>✓ Even overlap</source>
        <translation>✓ Gleichmäßige Überlappung</translation>
    </message>
    <message>
        <source>A stride of 1 reaches every output alike.</source>
        <translation>Eine Schrittweite von 1 erreicht jeden Ausgang gleich.</translation>
    </message>
    <message>
        <source>{rule}: the stride divides the kernel, so away from the border every output is reached by {high} inputs.</source>
        <translation>{rule}: Die Schrittweite teilt den Kern, daher wird abseits des Randes jeder Ausgang von {high} Eingängen erreicht.</translation>
    </message>
    <message>
        <source>✕ Uneven overlap</source>
        <translation>✕ Ungleichmäßige Überlappung</translation>
    </message>
    <message>
        <source>{rule}: the stride does not divide the kernel, so outputs are reached by {low} to {high} inputs.</source>
        <translation>{rule}: Die Schrittweite teilt den Kern nicht, daher werden Ausgänge von {low} bis {high} Eingängen erreicht.</translation>
    </message>
    <message>
        <source>The dilation {dilation} shares a factor with the stride, so outputs are reached by {low} to {high} inputs although {rule}.</source>
        <translation>Die Dilatation {dilation} hat einen gemeinsamen Teiler mit der Schrittweite, daher werden Ausgänge von {low} bis {high} Eingängen erreicht, obwohl {rule}.</translation>
    </message>
    <message>
        <source>With these weights flat grey deviates by up to {ripple} from its mean.</source>
        <translation>Mit diesen Gewichten weicht gleichmäßiges Grau um bis zu {ripple} von seinem Mittel ab.</translation>
    </message>
    <message>
        <source>With these weights flat grey stays flat.</source>
        <translation>Mit diesen Gewichten bleibt gleichmäßiges Grau gleichmäßig.</translation>
    </message>
    <message>
        <source>one period is {side} × {side}</source>
        <translation>eine Periode ist {side} × {side}</translation>
    </message>
    <message>
        <source>Dashed: the stride&apos;s harmonics. Checkerboard score {score}: the share of the detail&apos;s energy that lies there.</source>
        <translation>Gestrichelt: die Oberschwingungen der Schrittweite. Schachbrettwert {score}: der Anteil der Energie der Details, der dort liegt.</translation>
    </message>
    <message>
        <source>A stride of 1 has no harmonics: it can make no checkerboard.</source>
        <translation>Eine Schrittweite von 1 hat keine Oberschwingungen: Sie kann kein Schachbrett erzeugen.</translation>
    </message>
</context>
<context>
    <name>OverlayPanel</name>
    <message>
        <source>Opacity</source>
        <extracomment>What lies over the canvas, once there is something to show. Another task&apos;s result that was shown before the overlay came over the picture.</extracomment>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>{name} is ready; it is among the results</source>
        <translation>{name} ist fertig; es liegt bei den Ergebnissen</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>{name} gespeichert</translation>
    </message>
    <message>
        <source>{file} Replace it, or choose another folder.</source>
        <translation>{file} Ersetzen Sie sie, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
</context>
<context>
    <name>PaintTool</name>
    <message>
        <source>Unit off</source>
        <translation>Einheit aus</translation>
    </message>
    <message>
        <source>Unit on</source>
        <translation>Einheit ein</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>What the brush does</source>
        <translation>Was der Pinsel tut</translation>
    </message>
    <message>
        <source>The chosen units draw nothing where you paint</source>
        <translation>Die gewählten Einheiten zeichnen nichts, wo Sie malen</translation>
    </message>
    <message>
        <source>The chosen units draw as strongly as they can where you paint</source>
        <translation>Die gewählten Einheiten zeichnen so stark sie können, wo Sie malen</translation>
    </message>
    <message>
        <source>Everything is as it was where you paint</source>
        <translation>Alles ist wie zuvor, wo Sie malen</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Its width, in hundredths of the picture&apos;s</source>
        <translation>Seine Breite, in Hundertsteln der Bildbreite</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Of units that are on; 1 is as strong as they are where they are strong</source>
        <translation>Der eingeschalteten Einheiten; 1 ist so stark, wie sie dort sind, wo sie stark sind</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take the last stroke back (Ctrl+Z)</source>
        <translation>Den letzten Strich zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Do it again (Ctrl+Shift+Z)</source>
        <translation>Ihn wieder ausführen (Strg+Umschalt+Z)</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>As if the whole picture were painted</source>
        <translation>Als wäre das ganze Bild bemalt</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Take all strokes away</source>
        <translation>Alle Striche wegnehmen</translation>
    </message>
</context>
<context>
    <name>Painting</name>
    <message>
        <source>Clear the painting</source>
        <extracomment>Something else is painted.</extracomment>
        <translation>Das Gemalte leeren</translation>
    </message>
    <message>
        <source>Looking for layers…</source>
        <translation>Schichten werden gesucht …</translation>
    </message>
    <message>
        <source>This generator has no layer to paint on.</source>
        <translation>Dieser Generator hat keine Schicht, auf der sich malen lässt.</translation>
    </message>
    <message>
        <source>Looking what the units draw…</source>
        <translation>Es wird angesehen, was die Einheiten zeichnen …</translation>
    </message>
    <message>
        <source>Unit {unit}: {value:.3g} of 255 is missing without it</source>
        <translation>Einheit {unit}: {value:.3g} von 255 fehlen ohne sie</translation>
    </message>
    <message>
        <source>What {n} units draw, most first</source>
        <translation>Was {n} Einheiten zeichnen, das meiste zuerst</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>Paint all over</source>
        <translation>Alles bemalen</translation>
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
        <translation>Entstören</translation>
    </message>
    <message>
        <source>Noise taken out, found or by hand</source>
        <translation>Entfernt Rauschen, selbst erkannt oder von Hand</translation>
    </message>
    <message>
        <source>Anomaly</source>
        <translation>Anomalie</translation>
    </message>
    <message>
        <source>What looks otherwise, and where</source>
        <translation>Was anders aussieht, und wo</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>New pictures from noise, by a generator</source>
        <translation>Neue Bilder aus Rauschen, von einem Generator</translation>
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
        <translation>Modell</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>Von Hand</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Automatic finds the noise&apos;s strength, and lessens JPEG&apos;s blocks; by hand it is told.</source>
        <translation>Automatisch findet die Stärke des Rauschens und mildert die Blöcke von JPEG; von Hand wird sie angegeben.</translation>
    </message>
    <message>
        <source>Noise in 8-bit steps</source>
        <translation>Rauschen in 8-Bit-Stufen</translation>
    </message>
    <message>
        <source>Standard deviation of the noise; grain of film is about 5 to 15.</source>
        <translation>Standardabweichung des Rauschens; das Korn von Film hat etwa 5 bis 15.</translation>
    </message>
    <message>
        <source>Keep of the original</source>
        <translation>Vom Original behalten</translation>
    </message>
    <message>
        <source>How much of the original is mixed in; some grain looks more natural than none.</source>
        <translation>Wie viel vom Original beigemischt wird; etwas Korn wirkt natürlicher als keines.</translation>
    </message>
    <message>
        <source>Preview in the view</source>
        <translation>Vorschau in der Ansicht</translation>
    </message>
    <message>
        <source>Restores the middle of what is seen, and follows the controls.</source>
        <translation>Entstört die Mitte dessen, was zu sehen ist, und folgt den Reglern.</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>By the picture: gray or colour</source>
        <translation>Nach dem Bild: Grau oder Farbe</translation>
    </message>
    <message>
        <source>About {sigma} steps of noise were taken away (an estimate).</source>
        <translation>Etwa {sigma} Stufen Rauschen wurden weggenommen (geschätzt).</translation>
    </message>
    <message>
        <source>Nothing was taken away; a strength can be set by hand.</source>
        <translation>Es wurde nichts weggenommen; eine Stärke lässt sich von Hand setzen.</translation>
    </message>
    <message>
        <source>The original shows the blocks of JPEG.</source>
        <translation>Das Original zeigt die Blöcke von JPEG.</translation>
    </message>
    <message>
        <source>Zoom in for the preview: noise is judged near 100 % (key 1).</source>
        <translation>Zoomen Sie für die Vorschau hinein: Rauschen beurteilt man nahe 100 % (Taste 1).</translation>
    </message>
    <message>
        <source>The middle of the view is a preview; nothing is kept of it.</source>
        <translation>Die Mitte der Ansicht ist eine Vorschau; nichts davon wird behalten.</translation>
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
        <translation>Proben</translation>
    </message>
</context>
<context>
    <name>SamplePanel</name>
    <message>
        <source>Generator</source>
        <extracomment>Samples to begin with, and that &quot;More&quot; adds at least. Milliseconds after which a grid that still fills shows its progress.</extracomment>
        <translation>Generator</translation>
    </message>
    <message>
        <source>Numbers and spans such as 0,1,4-6: each stands for one picture, always</source>
        <translation>Zahlen und Spannen wie 0,1,4-6: Jede steht immer für dasselbe Bild</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>Startwerte</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>As many seeds again, after these</source>
        <translation>Noch einmal so viele Startwerte nach diesen</translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>As many other seeds</source>
        <translation>Ebenso viele andere Startwerte</translation>
    </message>
    <message>
        <source>Truncation</source>
        <translation>Trunkierung</translation>
    </message>
    <message>
        <source>Nearer to the mean of all pictures: less variety, fewer failures; 1 changes nothing.</source>
        <translation>Näher am Mittel aller Bilder: weniger Vielfalt, weniger Missratenes; 1 ändert nichts.</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Stop filling the grid; what is there stays (Esc)</source>
        <translation>Aufhören, das Raster zu füllen; was da ist, bleibt (Esc)</translation>
    </message>
    <message>
        <source>What will be made</source>
        <translation>Was gemacht wird</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>No generator</source>
        <translation>Kein Generator</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>Modelle werden gesucht …</translation>
    </message>
    <message>
        <source>From the seed</source>
        <translation>Vom Startwert</translation>
    </message>
    <message>
        <source>{n} pictures</source>
        <translation>{n} Bilder</translation>
    </message>
    <message>
        <source>{done} of {n} in sight</source>
        <translation>{done} von {n} zu sehen</translation>
    </message>
    <message>
        <source>Those below…</source>
        <translation>Die weiteren darunter …</translation>
    </message>
    <message>
        <source>Stopped; press Sample to go on</source>
        <translation>Angehalten; „Proben“ macht weiter</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variieren</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Groß</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Use as the picture</source>
        <translation>Als Bild benutzen</translation>
    </message>
    <message>
        <source>This picture was made by {model}, which is not installed.</source>
        <translation>Dieses Bild stammt von {model}; dieses Modell ist nicht installiert.</translation>
    </message>
    <message>
        <source>from the file</source>
        <translation>aus der Datei</translation>
    </message>
</context>
<context>
    <name>SaveKinds</name>
    <message>
        <source>Save into a folder…</source>
        <translation>In einen Ordner speichern …</translation>
    </message>
</context>
<context>
    <name>ScoreList</name>
    <message>
        <source>Class scores</source>
        <translation>Klassenwerte</translation>
    </message>
    <message>
        <source>class {unit}</source>
        <translation>Klasse {unit}</translation>
    </message>
    <message>
        <source>This network has no classes.</source>
        <translation>Dieses Netz hat keine Klassen.</translation>
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
        <translation>Entscheidung und Kacheln</translation>
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
        <translation>Spektrum des Ausgangs für Rauschen</translation>
    </message>
    <message>
        <source>Harmonics of the stride at {marks} of a cycle a pixel</source>
        <translation>Oberschwingungen der Schrittweite bei {marks} Schwingungen je Pixel</translation>
    </message>
    <message>
        <source>A stride of 1 has no harmonics</source>
        <translation>Eine Schrittweite von 1 hat keine Oberschwingungen</translation>
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
        <translation>Wählen Sie eine Probe</translation>
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
        <translation>Sammeln: Kern über Nullen</translation>
    </message>
    <message>
        <source>Stamp: input times kernel</source>
        <translation>Stempeln: Eingang mal Kern</translation>
    </message>
    <message>
        <source>Way of looking</source>
        <translation>Sichtweise</translation>
    </message>
    <message>
        <source>What this step does</source>
        <translation>Was dieser Schritt tut</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Let the kernel go over the input, or stop it.</source>
        <translation>Den Kern über den Eingang laufen lassen oder ihn anhalten.</translation>
    </message>
    <message>
        <source>One step back</source>
        <translation>Einen Schritt zurück</translation>
    </message>
    <message>
        <source>One step on</source>
        <translation>Einen Schritt weiter</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Which output, or input, it is the turn of.</source>
        <translation>Welcher Ausgang oder Eingang an der Reihe ist.</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>{count} steps a second</source>
        <translation>{count} Schritte je Sekunde</translation>
    </message>
    <message>
        <source>{step} of {steps}</source>
        <translation>{step} von {steps}</translation>
    </message>
</context>
<context>
    <name>SweepView</name>
    <message>
        <source>The kernel over the spread input, and the output</source>
        <extracomment>Steps a second at the five places of the speed slider. Products written out in the sentence below the grids. Side of the smallest cell in which the weight stands below the input. Pixels between the two grids.</extracomment>
        <translation>Der Kern über dem gespreizten Eingang und der Ausgang</translation>
    </message>
    <message>
        <source>Click on an output, or in the second view on an input, to go there.</source>
        <translation>Klicken Sie auf einen Ausgang, oder in der zweiten Ansicht auf einen Eingang, um dorthin zu gehen.</translation>
    </message>
    <message>
        <source>Input ({row}, {column}) = {value}: the whole kernel, times {value}, is added to the output. Where stamps overlap, they add up.</source>
        <translation>Eingang ({row}, {column}) = {value}: Der ganze Kern, mal {value}, wird zum Ausgang addiert. Wo Stempel sich überlappen, summieren sie sich.</translation>
    </message>
    <message>
        <source>Output ({row}, {column}) = {words} = {result}</source>
        <translation>Ausgang ({row}, {column}) = {words} = {result}</translation>
    </message>
    <message>
        <source>{count} of {all} weights meet an input, the others meet zeros.</source>
        <translation>{count} von {all} Gewichten treffen auf einen Eingang, die anderen auf Nullen.</translation>
    </message>
    <message>
        <source>Input with zeros between</source>
        <translation>Eingang mit Nullen dazwischen</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgang</translation>
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
        <translation>Schwelle der Bewertung</translation>
    </message>
    <message>
        <source>{value}; {count} normal pictures</source>
        <translation>{value}; {count} normale Bilder</translation>
    </message>
    <message>
        <source>; this picture {value}</source>
        <translation>; dieses Bild {value}</translation>
    </message>
    <message>
        <source>scores of normal pictures</source>
        <translation>Bewertungen normaler Bilder</translation>
    </message>
    <message>
        <source>no normal scores known</source>
        <translation>keine normalen Bewertungen bekannt</translation>
    </message>
</context>
<context>
    <name>Tiling</name>
    <message>
        <source>automatic</source>
        <extracomment>Largest side of a tile, as the tasks&apos; options have it.</extracomment>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>Side of a tile in the network&apos;s pixels. Automatic takes what the memory allows.</source>
        <translation>Seite einer Kachel in Pixeln des Netzes. Automatisch nimmt, was der Speicher zulässt.</translation>
    </message>
    <message>
        <source>Side of a tile in input pixels. Automatic takes what the memory allows.</source>
        <translation>Seite einer Kachel in Eingangspixeln. Automatisch nimmt, was der Speicher zulässt.</translation>
    </message>
    <message>
        <source>Tile</source>
        <translation>Kachel</translation>
    </message>
    <message>
        <source>Average eight views</source>
        <translation>Acht Ansichten mitteln</translation>
    </message>
    <message>
        <source>Average with the mirror image</source>
        <translation>Mit dem Spiegelbild mitteln</translation>
    </message>
    <message>
        <source>Mean over the eight flips and quarter turns: a little better, eight times slower.</source>
        <translation>Mittel über die acht Spiegelungen und Vierteldrehungen: etwas besser, achtmal so langsam.</translation>
    </message>
    <message>
        <source>A little better, twice as slow.</source>
        <translation>Etwas besser, halb so schnell.</translation>
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
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Training needs {names}, which the light install leaves out.</source>
        <translation>Das Training braucht {names}; die leichte Installation lässt sie weg.</translation>
    </message>
    <message>
        <source>Get it with: {command}</source>
        <translation>Installieren mit: {command}</translation>
    </message>
    <message>
        <source>Make room on the disk, or allow writing there.</source>
        <translation>Schaffen Sie Platz auf dem Datenträger, oder erlauben Sie das Schreiben dort.</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>Installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The training ended unexpectedly (status {status}).</source>
        <translation>Das Training endete unerwartet (Status {status}).</translation>
    </message>
    <message>
        <source>Perhaps memory ran out: close other programs and go on with it.</source>
        <translation>Vielleicht war der Speicher voll: Schließen Sie andere Programme und setzen Sie es fort.</translation>
    </message>
    <message>
        <source>There is a model {name} already.</source>
        <translation>Ein Modell {name} gibt es schon.</translation>
    </message>
    <message>
        <source>training of {name} (its checkpoint stays)</source>
        <translation>Training von {name} (sein Zwischenstand bleibt)</translation>
    </message>
    <message>
        <source>{folder} cannot be written: {reason}.</source>
        <translation>{folder} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>{program} cannot be started: {reason}.</source>
        <translation>{program} lässt sich nicht starten: {reason}.</translation>
    </message>
</context>
<context>
    <name>TrainingForm</name>
    <message>
        <source>Train on good pictures</source>
        <translation>Mit guten Bildern trainieren</translation>
    </message>
    <message>
        <source>Folder of good pictures</source>
        <translation>Ordner mit guten Bildern</translation>
    </message>
    <message>
        <source>choose or drop one</source>
        <translation>wählen oder hineinziehen</translation>
    </message>
    <message>
        <source>after the folder</source>
        <translation>wie der Ordner</translation>
    </message>
    <message>
        <source>The model&apos;s name: small letters, digits, hyphens.</source>
        <translation>Name des Modells: kleine Buchstaben, Ziffern, Bindestriche.</translation>
    </message>
    <message>
        <source>It stops by then, or earlier when it has learned what it can.</source>
        <translation>Es endet spätestens dann, oder früher, wenn es nichts mehr zu lernen gibt.</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Training starten</translation>
    </message>
    <message>
        <source>Learn what is normal; the program can be used meanwhile.</source>
        <translation>Lernt, was normal ist; das Programm bleibt währenddessen benutzbar.</translation>
    </message>
    <message>
        <source>Give pictures of things as they should be. What looks otherwise will be found. All of it stays on this computer.</source>
        <translation>Geben Sie Bilder von Dingen, wie sie sein sollen. Was anders aussieht, wird gefunden. Alles bleibt auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>Name des Modells</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>What is normal in {folder}</source>
        <translation>Was in {folder} normal ist</translation>
    </message>
    <message>
        <source>There is no folder {name}. Choose another one.</source>
        <translation>Einen Ordner {name} gibt es nicht. Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>A training {name} was stopped before its end.</source>
        <translation>Ein Training {name} wurde vor seinem Ende angehalten.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Benutzen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>The training {name} was stopped; its checkpoint is kept. Go on with it, use what it has learned so far, or delete it.</source>
        <translation>Das Training {name} wurde angehalten; sein Zwischenstand ist gespeichert. Setzen Sie es fort, benutzen Sie das bisher Gelernte, oder löschen Sie es.</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Den Befehl kopieren</translation>
    </message>
    <message>
        <source>{name} is ready and chosen.</source>
        <translation>{name} ist fertig und ausgewählt.</translation>
    </message>
</context>
<context>
    <name>TrainingView</name>
    <message>
        <source>Progress of the training</source>
        <translation>Fortschritt des Trainings</translation>
    </message>
    <message>
        <source>What the training does</source>
        <translation>Was das Training tut</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the training</source>
        <translation>Das Training anhalten</translation>
    </message>
    <message>
        <source>Stop with a checkpoint; the training can be gone on with.</source>
        <translation>Mit einem Zwischenstand anhalten; das Training lässt sich fortsetzen.</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Wird gestartet …</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
    <message>
        <source>score {value}</source>
        <translation>Bewertung {value}</translation>
    </message>
    <message>
        <source>Making the model…</source>
        <translation>Das Modell wird erstellt …</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>Stopping; a checkpoint is saved…</source>
        <translation>Wird angehalten; ein Zwischenstand wird gespeichert …</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Kept samples</source>
        <translation>Behaltene Proben</translation>
    </message>
</context>
<context>
    <name>Trials</name>
    <message>
        <source>Covering…</source>
        <translation>Wird verdeckt …</translation>
    </message>
    <message>
        <source>Unit {unit} of {layer}, {rule}. Covering the half of its field that the reconstruction shows most lowers the unit by {shown:.0f} %; covering the half it shows least, by {hidden:.0f} %.</source>
        <translation>Einheit {unit} von {layer}, {rule}. Wird die Hälfte ihres Feldes verdeckt, die die Rekonstruktion am stärksten zeigt, sinkt die Einheit um {shown:.0f} %; bei der Hälfte, die sie am schwächsten zeigt, um {hidden:.0f} %.</translation>
    </message>
    <message>
        <source>✓ The reconstruction shows the cause.</source>
        <translation>✓ Die Rekonstruktion zeigt die Ursache.</translation>
    </message>
    <message>
        <source>✕ The reconstruction does not show the cause.</source>
        <translation>✕ Die Rekonstruktion zeigt die Ursache nicht.</translation>
    </message>
    <message>
        <source>Shuffling the weights…</source>
        <translation>Die Gewichte werden gemischt …</translation>
    </message>
    <message>
        <source>Weights of {since} and all above it up to {layer} shuffled, unit {unit}, {rule}: the two reconstructions correlate by {likeness:.2f}.</source>
        <translation>Gewichte von {since} und allem darüber bis {layer} gemischt, Einheit {unit}, {rule}: Die beiden Rekonstruktionen korrelieren mit {likeness:.2f}.</translation>
    </message>
    <message>
        <source>✕ They look alike: what is shown depends little on these weights. Try from a lower layer.</source>
        <translation>✕ Sie sehen gleich aus: Was gezeigt wird, hängt kaum von diesen Gewichten ab. Versuchen Sie es ab einer tieferen Schicht.</translation>
    </message>
    <message>
        <source>✓ They differ: what is shown depends on what was learned.</source>
        <translation>✓ Sie unterscheiden sich: Was gezeigt wird, hängt vom Gelernten ab.</translation>
    </message>
</context>
<context>
    <name>UnitGrid</name>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>Units of the layer, strongest first</source>
        <translation>Einheiten der Schicht, die stärkste zuerst</translation>
    </message>
</context>
<context>
    <name>UnitModel</name>
    <message>
        <source>Unit {unit}: peak {peak:.4g} at {place}, mean {mean:.4g}</source>
        <translation>Einheit {unit}: Höchstwert {peak:.4g} bei {place}, Mittel {mean:.4g}</translation>
    </message>
</context>
<context>
    <name>UnitPage</name>
    <message>
        <source>Layer to paint on</source>
        <extracomment>Units whose drawings are made in one go.</extracomment>
        <translation>Schicht, auf der gemalt wird</translation>
    </message>
    <message>
        <source>The picture less the one without the unit; paint with the chosen ones</source>
        <translation>Das Bild minus das ohne die Einheit; gemalt wird mit den gewählten</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Score</source>
        <extracomment>Milliseconds the threshold of a spot has to stay before its mask is made anew. The recipe that learns what is normal from a person&apos;s own folder. Names of folders that do not tell what is in them.</extracomment>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Look at a picture to see how unusual it is.</source>
        <translation>Sehen Sie ein Bild an, um zu erfahren, wie ungewöhnlich es ist.</translation>
    </message>
    <message>
        <source>Beside the good pictures</source>
        <translation>Im Vergleich zu den guten Bildern</translation>
    </message>
    <message>
        <source>Not normal</source>
        <translation>Nicht normal</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
</context>
<context>
    <name>WalkTool</name>
    <message>
        <source>Slerp</source>
        <translation>Slerp</translation>
    </message>
    <message>
        <source>Lerp</source>
        <translation>Lerp</translation>
    </message>
    <message>
        <source>Spline</source>
        <translation>Spline</translation>
    </message>
    <message>
        <source>Way between samples</source>
        <translation>Weg zwischen Proben</translation>
    </message>
    <message>
        <source>Along great circles: the middle is as likely as the ends</source>
        <translation>Entlang von Großkreisen: Die Mitte ist so wahrscheinlich wie die Enden</translation>
    </message>
    <message>
        <source>Straight lines</source>
        <translation>Gerade Linien</translation>
    </message>
    <message>
        <source>One smooth curve through all samples</source>
        <translation>Eine glatte Kurve durch alle Proben</translation>
    </message>
    <message>
        <source> frames</source>
        <translation> Einzelbilder</translation>
    </message>
    <message>
        <source>Frames of the walk</source>
        <translation>Einzelbilder des Gangs</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Play the walk, or stop it</source>
        <translation>Den Gang abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Frame of the walk</source>
        <translation>Einzelbild des Gangs</translation>
    </message>
    <message>
        <source> frames/s</source>
        <translation> Bilder/s</translation>
    </message>
    <message>
        <source>Speed of the walk</source>
        <translation>Geschwindigkeit des Gangs</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Save the walk as GIF, WebP, APNG, MP4, or a PNG for each frame</source>
        <translation>Den Gang als GIF, WebP, APNG, MP4 oder mit einer PNG-Datei je Einzelbild speichern</translation>
    </message>
    <message>
        <source>Round to the first again</source>
        <translation>Am Ende zurück zur ersten</translation>
    </message>
    <message>
        <source>A closed walk plays on without a jump; an open one ends at the last</source>
        <translation>Ein geschlossener Gang läuft ohne Sprung weiter; ein offener endet bei der letzten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
</context>
<context>
    <name>Walking</name>
    <message>
        <source>Through {n} samples and round to the first</source>
        <extracomment>Frames of a walk that are made in one go, and ahead of the one that is shown. Films that can be written, by suffix.</extracomment>
        <translation>Durch {n} Proben und zurück zur ersten</translation>
    </message>
    <message>
        <source>Through {n} samples, from the first to the last</source>
        <translation>Durch {n} Proben, von der ersten zur letzten</translation>
    </message>
    <message>
        <source>Keep two samples or more, or choose them in the grid</source>
        <translation>Behalten Sie zwei Proben oder mehr, oder wählen Sie sie im Raster</translation>
    </message>
    <message>
        <source>Frame {n} of {count}</source>
        <translation>Einzelbild {n} von {count}</translation>
    </message>
    <message>
        <source>frame {n}</source>
        <translation>Einzelbild {n}</translation>
    </message>
    <message>
        <source>Export the walk</source>
        <translation>Den Gang exportieren</translation>
    </message>
    <message>
        <source>A folder with a PNG for each frame (*)</source>
        <translation>Ein Ordner mit einer PNG-Datei je Einzelbild (*)</translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation>{name} wird exportiert</translation>
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
        <translation>FCN bilinear 4 × 4</translation>
    </message>
    <message>
        <source>How FCN enlarges: bilinear interpolation, fixed or the start of training. Even overlap, even weights: flat stays flat.</source>
        <translation>So vergrößert FCN: bilineare Interpolation, fest oder als Anfang des Trainings. Gleichmäßige Überlappung, gleichmäßige Gewichte: Flaches bleibt flach.</translation>
    </message>
    <message>
        <source>FSRCNN 9 × 9, stride 2</source>
        <translation>FSRCNN 9 × 9, Schrittweite 2</translation>
    </message>
    <message>
        <source>The last layer of FSRCNN at a factor of 2: outputs are reached by 16 to 25 inputs, and training has to even that out. At a factor of 3 the same kernel is even.</source>
        <translation>Die letzte Schicht von FSRCNN bei Faktor 2: Ausgänge werden von 16 bis 25 Eingängen erreicht, und das Training muss das ausgleichen. Bei Faktor 3 ist derselbe Kern gleichmäßig.</translation>
    </message>
    <message>
        <source>DCGAN 4 × 4, stride 2, pad 1</source>
        <translation>DCGAN 4 × 4, Schrittweite 2, Rand 1</translation>
    </message>
    <message>
        <source>A layer of DCGAN&apos;s generator before training: the overlap is even, but random weights make a checkerboard all the same.</source>
        <translation>Eine Schicht des Generators von DCGAN vor dem Training: Die Überlappung ist gleichmäßig, aber zufällige Gewichte ergeben trotzdem ein Schachbrett.</translation>
    </message>
    <message>
        <source>The bad one: 3 × 3, stride 2</source>
        <translation>Die schlechte: 3 × 3, Schrittweite 2</translation>
    </message>
    <message>
        <source>The stride does not divide the kernel: outputs are reached by 1, 2 or 4 inputs, and flat grey comes out as a checkerboard.</source>
        <translation>Die Schrittweite teilt den Kern nicht: Ausgänge werden von 1, 2 oder 4 Eingängen erreicht, und aus flachem Grau wird ein Schachbrett.</translation>
    </message>
    <message>
        <source>Own sizes</source>
        <translation>Eigene Größen</translation>
    </message>
    <message>
        <source>Layers people use, and why they matter.</source>
        <translation>Schichten, die man benutzt, und warum sie wichtig sind.</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Input size</source>
        <translation>Eingangsgröße</translation>
    </message>
    <message>
        <source>Side of the square input, n.</source>
        <translation>Seite des quadratischen Eingangs, n.</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Kern</translation>
    </message>
    <message>
        <source>Side of the square kernel, k.</source>
        <translation>Seite des quadratischen Kerns, k.</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>Schrittweite</translation>
    </message>
    <message>
        <source>How far apart inputs land in the output, s.</source>
        <translation>In welchem Abstand Eingänge im Ausgang landen, s.</translation>
    </message>
    <message>
        <source>Padding</source>
        <translation>Rand</translation>
    </message>
    <message>
        <source>How much is cut off the output on every side, p.</source>
        <translation>Wie viel an jeder Seite des Ausgangs abgeschnitten wird, p.</translation>
    </message>
    <message>
        <source>Output padding</source>
        <translation>Ausgangsrand</translation>
    </message>
    <message>
        <source>Rows and columns more at the end, o: which of the sizes that fit is meant.</source>
        <translation>Zusätzliche Zeilen und Spalten am Ende, o: welche der passenden Größen gemeint ist.</translation>
    </message>
    <message>
        <source>Dilation</source>
        <translation>Dilatation</translation>
    </message>
    <message>
        <source>How far apart the kernel&apos;s weights stand, d.</source>
        <translation>In welchem Abstand die Gewichte des Kerns stehen, d.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>The number that painting puts into the input or the kernel.</source>
        <translation>Die Zahl, die das Malen in den Eingang oder den Kern setzt.</translation>
    </message>
    <message>
        <source>Disc</source>
        <translation>Scheibe</translation>
    </message>
    <message>
        <source>One pixel</source>
        <translation>Ein Pixel</translation>
    </message>
    <message>
        <source>Edge</source>
        <translation>Kante</translation>
    </message>
    <message>
        <source>Stripes</source>
        <translation>Streifen</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>Flach</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>Rauschen</translation>
    </message>
    <message>
        <source>Opened picture</source>
        <translation>Geöffnetes Bild</translation>
    </message>
    <message>
        <source>Painted</source>
        <translation>Gemalt</translation>
    </message>
    <message>
        <source>What the layer gets; paint on it to change it.</source>
        <translation>Was die Schicht bekommt; malen Sie darauf, um es zu ändern.</translation>
    </message>
    <message>
        <source>Bilinear</source>
        <translation>Bilinear</translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation>Nächster</translation>
    </message>
    <message>
        <source>Gaussian</source>
        <translation>Gauß</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Kasten</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufällig</translation>
    </message>
    <message>
        <source>From a model</source>
        <translation>Aus einem Modell</translation>
    </message>
    <message>
        <source>The layer&apos;s weights; paint on them to change them.</source>
        <translation>Die Gewichte der Schicht; malen Sie darauf, um sie zu ändern.</translation>
    </message>
    <message>
        <source>The model whose transposed convolution is looked at.</source>
        <translation>Das Modell, dessen transponierte Faltung angesehen wird.</translation>
    </message>
    <message>
        <source>Which of its transposed convolutions.</source>
        <translation>Welche seiner transponierten Faltungen.</translation>
    </message>
    <message>
        <source>Which of the layer&apos;s kernels; it begins with the strongest.</source>
        <translation>Welcher der Kerne der Schicht; er beginnt mit dem stärksten.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Kernel number</source>
        <translation>Nummer des Kerns</translation>
    </message>
    <message>
        <source>Other random numbers</source>
        <translation>Andere Zufallszahlen</translation>
    </message>
    <message>
        <source>Draw the random kernel, the noise and the x of the adjoint test anew.</source>
        <translation>Den zufälligen Kern, das Rauschen und das x des Adjungiertentests neu ziehen.</translation>
    </message>
    <message>
        <source>The layer as code</source>
        <translation>Die Schicht als Code</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the line for {name}</source>
        <translation>Die Zeile für {name} kopieren</translation>
    </message>
    <message>
        <source>Copy the line that makes this layer in {name}.</source>
        <translation>Die Zeile kopieren, die diese Schicht in {name} erzeugt.</translation>
    </message>
    <message>
        <source>Output size</source>
        <translation>Ausgangsgröße</translation>
    </message>
    <message>
        <source>output = s·(n − 1) + d·(k − 1) + 1 − 2·p + o   (Dumoulin and Visin 2016)</source>
        <translation>Ausgang = s·(n − 1) + d·(k − 1) + 1 − 2·p + o   (Dumoulin und Visin 2016)</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>Durchlauf</translation>
    </message>
    <message>
        <source>Overlap</source>
        <translation>Überlappung</translation>
    </message>
    <message>
        <source>Equivalents</source>
        <translation>Gleichwertiges</translation>
    </message>
    <message>
        <source>Adjoint</source>
        <translation>Adjungierte</translation>
    </message>
    <message>
        <source>Fusion</source>
        <translation>Fusion</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Slide the sizes, paint on input and kernel, and see what follows.</source>
        <translation>Verschieben Sie die Größen, malen Sie auf Eingang und Kern, und sehen Sie, was folgt.</translation>
    </message>
    <message>
        <source>No picture is open.</source>
        <translation>Kein Bild ist geöffnet.</translation>
    </message>
    <message>
        <source>{kernel} × {kernel}, stride {stride}</source>
        <translation>{kernel} × {kernel}, Schrittweite {stride}</translation>
    </message>
    <message>
        <source>{name} {value} of this layer is more than can be drawn here. Choose another layer.</source>
        <translation>{name} {value} dieser Schicht ist mehr, als hier gezeichnet werden kann. Wählen Sie eine andere Schicht.</translation>
    </message>
    <message>
        <source>Output size {formula}</source>
        <translation>Ausgangsgröße {formula}</translation>
    </message>
    <message>
        <source>{size} × {size} becomes {side} × {side}. Each input moves {stride} outputs on.</source>
        <translation>Aus {size} × {size} wird {side} × {side}. Jeder Eingang rückt {stride} Ausgänge weiter.</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>Kopiert: {text}</translation>
    </message>
</context>
<context>
    <name>panel</name>
    <message>
        <source>Paint</source>
        <translation>Malen</translation>
    </message>
</context>
</TS>
