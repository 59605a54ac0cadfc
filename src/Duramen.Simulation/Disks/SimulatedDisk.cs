using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Simulation.Disks;

/// <summary>
/// What one replica has on disk: a log file that begins with a snapshot. To trim it, a new file is written, synced, renamed into its place, and the folder is
/// synced; until then a power cut may bring the old one back. Beside it a mark says how far the file was synced, so that damage in what was
/// acknowledged is not taken for a torn end.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly LogImage _image = new();
    private DiskFile _live;
    private DiskFile _named;
    private DiskFile _formerly;
    private DiskFile _syncingFile;
    private long _sequence;
    private PersistId _written;
    private PersistId _syncing;
    private int _syncingLength;
    private int _lastWriteAt;
    private bool _isFolderSynced = true;

    private SimulatedDisk(ReplicaId replica, DiskFile file)
    {
        Replica = replica;
        _live = file;
        _named = _live;
        _formerly = _live;
        _syncingFile = _live;
    }

    /// <summary>The replica that this disk makes.</summary>
    public ReplicaId Replica { get; }

    public LogImage Image => _image;

    /// <summary>Whether this is a copy that was put in the place of the original, as the medium says of itself: files with other numbers, a machine with another generation.</summary>
    public bool IsRestored { get; private init; }

    /// <summary>The file that a power cut would leave; what checkers decode.</summary>
    public DiskFile Durable => _named;

    /// <summary>Whether a sync is under way.</summary>
    public bool IsSyncing { get; private set; }

    /// <summary>Whether a new file is not in the old one's place yet.</summary>
    public bool IsRolling => _named != _live;

    /// <summary>Whether something is written and not synced.</summary>
    public bool IsDirty => _live.SyncedBytes < _live.LengthBytes || _named != _live;

    /// <summary>Makes a disk that holds a snapshot of the beginning, or of nothing.</summary>
    public static SimulatedDisk Format(ReplicaId replica, SnapshotMeta snapshot, byte[] state)
    {
        var disk = new SimulatedDisk(replica, new DiskFile());
        disk.WriteFirst(snapshot, state, [], 0, snapshot.Index);
        disk._live.Sync(disk._live.LengthBytes);
        return disk;
    }

    /// <summary>Writes one persist effect; a switch to a snapshot, whose state is handed in, begins a new file.</summary>
    public void Write(in PersistEffect effect, byte[]? receivedState)
    {
        _image.HardState = effect.HardState ?? _image.HardState;
        _written = effect.Id;
        _lastWriteAt = _live.LengthBytes;
        if (effect.Snapshot is SnapshotMeta snapshot)
        {
            if (effect.TruncateFrom > EntryIndex.Zero)
            {
                _image.TruncateFrom(effect.TruncateFrom);
            }

            Roll(snapshot, receivedState!, snapshot.Index);
            _lastWriteAt = 0;
        }

        EntryIndex truncateFrom = effect.Snapshot is null ? effect.TruncateFrom : EntryIndex.Zero;
        int position = Frame.Append(_live, ++_sequence, _image.HardState, truncateFrom, null, [], effect.EntryCount, effect.Entries);
        if (truncateFrom > EntryIndex.Zero)
        {
            _image.TruncateFrom(truncateFrom);
        }

        _image.Add(effect.Entries, position);
    }

    /// <summary>Begins a new file with a snapshot and the entries behind <paramref name="keepAfter"/>.</summary>
    public void Roll(SnapshotMeta snapshot, byte[] state, EntryIndex keepAfter)
    {
        var buffer = new PooledBuffer();
        int count = 0;
        for (EntryIndex index = EntryIndex.Max(keepAfter.Next, _image.First); index <= _image.Last; index = index.Next)
        {
            if (!_image.Contains(index))
            {
                continue;
            }

            EntryView entry = _image.Read(index);
            EntryCodec.Write(entry, buffer.GetSpan(EntryCodec.SizeOf(entry)));
            buffer.Advance(EntryCodec.SizeOf(entry));
            count++;
        }

        EntryIndex before = count > 0 ? EntryIndex.Min(EntryIndex.Max(keepAfter, _image.First.Previous), snapshot.Index) : snapshot.Index;
        _live = new DiskFile();
        WriteFirst(snapshot, state, buffer.WrittenSpan, count, before);
        buffer.Dispose();
    }

    /// <summary>Begins a sync of everything written so far.</summary>
    public void BeginSync()
    {
        IsSyncing = true;
        _syncing = _written;
        _syncingLength = _live.LengthBytes;
        _syncingFile = _live;
    }

    /// <summary>The sync ends well: what it covers is durable; returns the newest write in it.</summary>
    public PersistId EndSync(bool isFolderSynced)
    {
        IsSyncing = false;
        _syncingFile.Sync(_syncingLength);
        if (_syncingFile != _named)
        {
            _isFolderSynced = isFolderSynced;
            _formerly = _named;
            _named = _syncingFile;
        }

        return _syncing;
    }

    /// <summary>The sync fails.</summary>
    public void FailSync()
    {
        IsSyncing = false;
        _syncingFile.FailSync();
    }

    /// <summary>The newest write that a sync which failed unnoticed was to cover.</summary>
    public PersistId SyncedByMistake => _syncing;

    /// <summary>The machine loses power.</summary>
    public void CutPower(Prng chance)
    {
        if (!_isFolderSynced && chance.NextBool())
        {
            _named = _formerly;
        }

        _isFolderSynced = true;
        _live = _named;
        _live.CutPower(chance);
        IsSyncing = false;
    }

    /// <summary>The process dies and the machine goes on: the page cache stays, and what was not renamed yet is forgotten.</summary>
    public void Kill()
    {
        _live = _named;
        IsSyncing = false;
    }

    /// <summary>Flips a bit of what is synced.</summary>
    public void Rot(long bit) => _named.Rot(bit);

    /// <summary>Puts some of what is synced into another place.</summary>
    public void Misdirect(long dice) => _named.Misdirect(dice);

    /// <summary>There was room only for a part of the last write.</summary>
    public void RunFull(Prng chance) => _live.CutShort(_lastWriteAt + chance.NextInt32(_live.LengthBytes - _lastWriteAt));

    /// <summary>A copy of what is synced, to be put in the place of this disk later.</summary>
    public SimulatedDisk Backup() => new(Replica, _named.Copy()) { IsRestored = true };

    /// <summary>
    /// Reads the file as a node does when it starts; false when what was synced is damaged. <paramref name="takesDamageForEnd"/> is the mistake of reading up
    /// to the first bad frame whatever the mark says.
    /// </summary>
    public bool TryRecover(bool takesDamageForEnd)
    {
        int position = 0;
        long sequence = 1;
        while (Frame.TryRead(_live.Live, position, sequence, out Frame frame, out int sizeBytes))
        {
            _image.HardState = frame.HardState;
            if (frame.Snapshot is SnapshotMeta snapshot)
            {
                _image.Reset(_live, snapshot, frame.State.ToArray(), FirstOf(frame, snapshot));
            }

            if (frame.TruncateFrom > EntryIndex.Zero)
            {
                _image.TruncateFrom(frame.TruncateFrom);
            }

            _image.Add(frame.Entries, position + sizeBytes - frame.Entries.Length);
            position += sizeBytes;
            sequence++;
        }

        if (position < _live.SyncedBytes && (position == 0 || !takesDamageForEnd))
        {
            return false;
        }

        _live.CutAndSync(position);
        _sequence = sequence - 1;
        _written = PersistId.None;
        return true;
    }

    private void WriteFirst(SnapshotMeta snapshot, byte[] state, ReadOnlySpan<byte> entries, int count, EntryIndex before)
    {
        _sequence = 1;
        int position = Frame.Append(_live, _sequence, _image.HardState, EntryIndex.Zero, snapshot, state, count, entries);
        _image.Reset(_live, snapshot, state, before);
        _image.Add(entries, position);
    }

    // A first frame holds entries from somewhere up to the snapshot, or from behind it, where the first ones can be missing.
    private static EntryIndex FirstOf(in Frame frame, SnapshotMeta snapshot)
    {
        var reader = new SpanReader(frame.Entries);
        return EntryCodec.TryRead(ref reader, out EntryView entry) ? EntryIndex.Min(entry.Header.Index.Previous, snapshot.Index) : snapshot.Index;
    }
}
