using System.Globalization;
using System.Text;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.State.Replication;
using Duramen.State.Store.Memory;

namespace Duramen.State.Keyframes;

/// <summary>
/// States of one machine that were kept as of some offsets: what a replica resumes from instead of replaying the whole log, and what a state as of an old offset is replayed from.
/// Each is a file, named by its offset, that appears whole or not at all. They can be deleted at any time. One file more is there for the next one to be written to.
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
    private readonly ILog? _log;

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
        _identity = IdentityOf(machine, version, log);
        _policy = policy ?? new KeyframePolicy();
        _notice = notice ?? (_ => { });
        if (!disk.FolderExists(path))
        {
            disk.CreateFolder(path);
            disk.SyncFolder(path[..Math.Max(1, path.LastIndexOf('/'))]);
        }
    }

    /// <summary>Opens a folder for a machine on a log, which is made if it is not there.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The folder, for this machine and log alone.</param>
    /// <param name="machine">The machine, whose name and version the keyframes are of.</param>
    /// <param name="log">The log it is a fold of.</param>
    /// <param name="policy">Which keyframes stay; the three newest by default.</param>
    /// <param name="notice">As for the other constructor.</param>
    public KeyframeFolder(IDisk disk, string path, IStateMachine machine, ILog log, KeyframePolicy? policy = null, Action<string>? notice = null)
        : this(disk, path, NotNull(machine).Name, machine.Version, NotNull(log).Id, policy, notice) => _log = log;

    /// <summary>The keyframes there are, oldest first; whether they are good is seen when they are read.</summary>
    public IReadOnlyList<Keyframe> List()
    {
        var found = new List<Keyframe>();
        foreach (Offset position in Positions())
        {
            using IDiskFile file = _disk.Open(PathOf(position), DiskFileMode.Existing);
            found.Add(new Keyframe(position, _disk.FileLength(PathOf(position)), KeyframeFile.DigestIn(file)));
        }

        return found;
    }

    /// <summary>
    /// Reads the newest good keyframe into a store in memory, for a replica to go on from; null when there is none. One that is damaged, of another version of the machine, or that the log
    /// cannot be gone on from, is passed over, and that is said.
    /// </summary>
    /// <param name="asOf">Only keyframes at or before this offset; all by default.</param>
    public MemoryStore? Restore(Offset? asOf = null)
    {
        LogWatermarks? marks = _log?.Watermarks;
        return Find(marks?.Start ?? Offset.Zero, marks?.End ?? new Offset(long.MaxValue), asOf)?.ToStore();
    }

    /// <summary>What a state is of: one of another machine, another version of it or another log is not gone on with.</summary>
    internal static byte[] IdentityOf(string machine, int version, LogId log) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{machine}\n{version}\n{log}"));

    /// <summary>Whether the keyframes are those of a machine on a log.</summary>
    internal bool IsOf(IStateMachine machine, ILog log) => _identity.AsSpan().SequenceEqual(IdentityOf(machine.Name, machine.Version, log.Id));

    /// <summary>The newest good keyframe that a log which begins and ends so can be gone on with; null when there is none. Those that are passed over are said.</summary>
    internal KeptState? Find(Offset start, Offset end, Offset? asOf = null)
    {
        foreach (Offset position in Positions().AsEnumerable().Reverse())
        {
            if (asOf is { } limit && position > limit)
            {
                continue;
            }

            if (position < start)
            {
                Say($"{PathOf(position)} is not used: the log begins at offset {start}, and the records between are gone.");
            }
            else if (position > end)
            {
                Say($"{PathOf(position)} is not used: the log ends at offset {end}.");
            }
            else if (TryRead(position) is { } kept)
            {
                return kept;
            }
        }

        return null;
    }

    /// <summary>Keeps a state, and deletes what the policy does not keep any more.</summary>
    /// <param name="position">The state is that after every record below this offset.</param>
    /// <param name="state">The state.</param>
    /// <param name="attachment">What is kept with the position.</param>
    internal void Keep(Offset position, IFrozenState state, ReadOnlySpan<byte> attachment)
    {
        try
        {
            using (IDiskFile file = _disk.Open(UnfinishedPath, DiskFileMode.OpenOrCreate))
            {
                KeyframeFile.Write(file, _identity, position, state, attachment);
            }

            _disk.Rename(UnfinishedPath, PathOf(position));
            _disk.SyncFolder(_path);
            Thin();
        }
        catch (DuramenException cause) when (cause.Code != Invariant.Broken)
        {
            Say($"No keyframe was kept at offset {position}: {cause.Message}");
        }
    }

    /// <summary>Tells what a person may want to know.</summary>
    internal void Say(string notice) => _notice(notice);

    // Twenty digits, so that the order of the names is that of the offsets.
    internal string PathOf(Offset position) => string.Create(CultureInfo.InvariantCulture, $"{_path}/{position.Value:D20}{Suffix}");

    private static T NotNull<T>(T argument)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(argument);
        return argument;
    }

    private string UnfinishedPath => $"{_path}/{Unfinished}";

    // In their order.
    private List<Offset> Positions()
    {
        var found = new List<Offset>();
        foreach (string name in _disk.ListFiles(_path))
        {
            if (name.EndsWith(Suffix, StringComparison.Ordinal) &&
                long.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long position))
            {
                found.Add(new Offset(position));
            }
        }

        return found;
    }

    private KeptState? TryRead(Offset position)
    {
        string path = PathOf(position);
        using IDiskFile file = _disk.Open(path, DiskFileMode.Existing);
        if (KeyframeFile.TryRead(file, _identity, out KeptState? kept) is not { } defect)
        {
            return kept;
        }

        Say($"{path} is not used: {defect}. More of the log is replayed instead.");
        return null;
    }

    /// <summary>
    /// Gives up the keyframes that the policy does not keep. The first becomes the file that the next one is written over: to delete a large file holds up whoever syncs another at that time, which is the log under the
    /// machine, measured 20 ms for 120 MiB.
    /// </summary>
    private void Thin()
    {
        List<Offset> positions = Positions();
        long spaced = -1;
        bool hasNext = false;
        for (int index = 0; index < positions.Count - _policy.Newest; index++)
        {
            long place = _policy.Spacing > 0 ? positions[index].Value / _policy.Spacing : -1;
            if (place > spaced)
            {
                spaced = place;
            }
            else if (hasNext)
            {
                _disk.DeleteFile(PathOf(positions[index]));
            }
            else
            {
                _disk.Rename(PathOf(positions[index]), UnfinishedPath);
                hasNext = true;
            }
        }

        if (hasNext)
        {
            // Before anything is written over it: nothing that has the name of a keyframe is anything else.
            _disk.SyncFolder(_path);
        }
    }
}
