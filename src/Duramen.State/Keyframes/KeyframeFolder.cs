using System.Globalization;
using System.Text;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store;
using Duramen.State.Store.Memory;

namespace Duramen.State.Keyframes;

/// <summary>
/// States of one machine that were kept as of some offsets: what a replica resumes from instead of replaying the whole log, and what a state as of an old offset is replayed from.
/// Each is a file, named by its offset, that appears whole or not at all. They can be deleted at any time.
/// </summary>
public sealed class KeyframeFolder
{
    private const string Suffix = ".keyframe";
    private const string Unfinished = "unfinished";

    private readonly IDisk _disk;
    private readonly string _path;
    private readonly byte[] _identity;
    private readonly KeyframePolicy _policy;
    private readonly Action<string> _notice;

    /// <summary>Opens a folder, which is made if it is not there.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The folder, for this machine and log alone.</param>
    /// <param name="machine">The name of the machine.</param>
    /// <param name="version">Its version; keyframes of another are not used.</param>
    /// <param name="log">The log it is a fold of.</param>
    /// <param name="policy">Which keyframes stay; the three newest by default.</param>
    /// <param name="notice">Told what a person may want to know: that a keyframe is damaged, that one could not be written. On any thread.</param>
    public KeyframeFolder(IDisk disk, string path, string machine, int version, LogId log, KeyframePolicy? policy = null, Action<string>? notice = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(machine);
        _disk = disk;
        _path = path;
        _identity = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{machine}\n{version}\n{log}"));
        _policy = policy ?? new KeyframePolicy();
        _notice = notice ?? (_ => { });
        if (!disk.FolderExists(path))
        {
            disk.CreateFolder(path);
            disk.SyncFolder(path[..Math.Max(1, path.LastIndexOf('/'))]);
        }
    }

    /// <summary>The keyframes there are, oldest first; whether they are good is seen when they are read.</summary>
    public IReadOnlyList<Keyframe> List()
    {
        var found = new List<Keyframe>();
        foreach (string name in _disk.ListFiles(_path))
        {
            if (name.EndsWith(Suffix, StringComparison.Ordinal) &&
                long.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long position))
            {
                found.Add(new Keyframe(new Offset(position), _disk.FileLength($"{_path}/{name}")));
            }
        }

        return found;
    }

    /// <summary>
    /// Reads the newest good keyframe into a store in memory, for a replica to go on from; null when there is none. One that is damaged, or of another version
    /// of the machine, is passed over, and that is said.
    /// </summary>
    /// <param name="asOf">Only keyframes at or before this offset; all by default.</param>
    public MemoryStore? Restore(Offset? asOf = null)
    {
        foreach (Keyframe keyframe in List().Reverse())
        {
            if (asOf is { } limit && keyframe.Position > limit)
            {
                continue;
            }

            string path = PathOf(keyframe.Position);
            using IDiskFile file = _disk.Open(path, DiskFileMode.Existing);
            if (KeyframeFile.TryRead(file, _identity, out MemoryStore? store) is not { } defect)
            {
                return store;
            }

            _notice($"{path} is not used: {defect}. More of the log is replayed instead.");
        }

        return null;
    }

    /// <summary>Keeps the newest state of a snapshot, and deletes what the policy does not keep any more.</summary>
    internal void Keep(IStoreSnapshot state, ReadOnlySpan<byte> attachment)
    {
        try
        {
            string unfinished = $"{_path}/{Unfinished}";
            using (IDiskFile file = _disk.Open(unfinished, DiskFileMode.OpenOrCreate))
            {
                file.SetLength(0);
                KeyframeFile.Write(file, _identity, state, attachment);
            }

            _disk.Rename(unfinished, PathOf(state.Position));
            _disk.SyncFolder(_path);
            Thin();
        }
        catch (DuramenException cause) when (cause.Code != Invariant.Broken)
        {
            _notice($"No keyframe was kept at offset {state.Position}: {cause.Message}");
        }
    }

    private void Thin()
    {
        IReadOnlyList<Keyframe> keyframes = List();
        long spaced = -1;
        for (int index = 0; index < keyframes.Count - _policy.Newest; index++)
        {
            long place = _policy.Spacing > 0 ? keyframes[index].Position.Value / _policy.Spacing : -1;
            if (place > spaced)
            {
                spaced = place;
                continue;
            }

            _disk.DeleteFile(PathOf(keyframes[index].Position));
        }
    }

    // Twenty digits, so that the order of the names is that of the offsets.
    private string PathOf(Offset position) => string.Create(CultureInfo.InvariantCulture, $"{_path}/{position.Value:D20}{Suffix}");
}
