using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Faults.Tests.Simulated;

/// <summary>A folder on a simulated disk with one or two logs, whose every acknowledged batch is remembered.</summary>
internal sealed class TestFolder
{
    public const string Root = "/disk/folder";
    public const string Journal = Root + "/journal";
    public const string Mark = Journal + "/synced";

    private readonly Dictionary<string, List<byte[]>> _acknowledged = new(StringComparer.Ordinal);
    private readonly List<byte[]> _unanswered = [];
    private int _tag;

    public TestFolder(SimulatedDisk? disk = null)
    {
        Disk = disk ?? new SimulatedDisk();
        Options = CrashCase.Options;
    }

    public SimulatedDisk Disk { get; set; }

    public List<string> Notices { get; } = [];

    public DataFolder Open { get; private set; } = null!;

    /// <summary>Appends whose payload is larger than this go to their segment directly.</summary>
    public static int LargeBytes => 6000;

    /// <summary>What it is opened with; the notices are always taken down.</summary>
    public StorageOptions Options { get; set => field = value with { Notice = Notices.Add }; }

    public IReadOnlyDictionary<string, List<byte[]>> Acknowledged => _acknowledged;

    public async Task OpenAsync() => Open = await DataFolder.OpenAsync(Disk, Root, Options);

    public async Task<DiskLog> CreateAsync(string name, long segmentSizeBytes = 1 << 20)
    {
        _acknowledged.Add(name, []);
        return await Open.CreateLogAsync(name, new LogOptions { SegmentSizeBytes = segmentSizeBytes });
    }

    public DiskLog Log(string name) => Open.FindLog(name)!;

    public string PathOf(string log, string suffix) =>
        Only(Disk.AllFiles().Where(path => path.Contains(Log(log).Id.ToString(), StringComparison.Ordinal) && path.EndsWith(suffix, StringComparison.Ordinal)));

    /// <summary>Appends and remembers.</summary>
    public async Task AppendAsync(string name, int valueBytes = 100)
    {
        byte[] batch = Batches.Of($"{name}/{_tag++}", 1, valueBytes);
        AppendResult result = await Log(name).AppendAsync(batch.ToArray());
        _acknowledged[name].Add(Batches.Stamped(batch, result.BaseOffset.Value));
    }

    /// <summary>Appends batches of the same sizes as <see cref="AppendAsync"/> and other contents.</summary>
    public async Task AppendOthersAsync(string name, int count, int valueBytes)
    {
        _tag = 'z';
        for (int append = 0; append < count; append++)
        {
            byte[] batch = Batches.Of($"{name}/{(char)_tag--}", 1, valueBytes);
            AppendResult result = await Log(name).AppendAsync(batch.ToArray());
            _acknowledged[name].Add(Batches.Stamped(batch, result.BaseOffset.Value));
        }
    }

    /// <summary>Appends what must fail; gives the error.</summary>
    public async Task<DuramenException> FailAppendAsync(string name, int valueBytes = 100)
    {
        byte[] batch = NewUnanswered(name, valueBytes);
        Task<AppendResult> append = Log(name).AppendAsync(batch).AsTask();
        if (await Task.WhenAny(append, Task.Delay(TimeSpan.FromSeconds(60))) != append)
        {
            throw new OracleException("The append has no answer.");
        }

        try
        {
            AppendResult result = await append;
            throw new OracleException($"The append was acknowledged: {result}.");
        }
        catch (DuramenException error)
        {
            return error;
        }
    }

    /// <summary>A batch that may turn up in any log, or not.</summary>
    public byte[] NewUnanswered(string tag, int valueBytes)
    {
        byte[] batch = Batches.Of($"{tag}/unanswered {_tag++}", 1, valueBytes);
        _unanswered.Add(batch.ToArray());
        return batch;
    }

    /// <summary>Takes over what another one has acknowledged, to look for it on another disk.</summary>
    public void Remember(TestFolder other)
    {
        foreach ((string name, List<byte[]> batches) in other._acknowledged)
        {
            _acknowledged.Add(name, [.. batches]);
        }

        _unanswered.AddRange(other._unanswered);
        Options = other.Options;
    }

    public async Task KillAsync()
    {
        await CrashCase.CrashNowAsync(Disk, Open);
        Disk.ClearFaults();
        Disk.ProcessKill();
    }

    public async Task CutPowerAsync(ulong seed)
    {
        await CrashCase.CrashNowAsync(Disk, Open);
        Disk.ClearFaults();
        Disk.PowerCut(seed);
    }

    /// <summary>
    /// Reads everything: each log holds what was acknowledged, byte for byte, and perhaps more behind it. Returns what is missing or wrong, or null.
    /// </summary>
    public async Task<string?> CompareAsync()
    {
        foreach ((string name, List<byte[]> batches) in _acknowledged)
        {
            if (Open.FindLog(name) is not DiskLog log)
            {
                return $"Log '{name}' is gone.";
            }

            List<byte[]> actual = await ReadAsync(log);
            int at = 0;
            for (int offset = 0; offset < actual.Count; offset++)
            {
                if (at < batches.Count && actual[offset].AsSpan().SequenceEqual(batches[at]))
                {
                    at++;
                }
                else if (!_unanswered.Any(batch => Batches.Stamped(batch, log.Watermarks.Start.Value + offset).AsSpan().SequenceEqual(actual[offset])))
                {
                    return $"Log '{name}' has a batch at {offset} after {log.Watermarks.Start} that nobody appended there.";
                }
            }

            if (at < batches.Count)
            {
                return $"Log '{name}' has {actual.Count} batches, and only {at} of the {batches.Count} that were acknowledged.";
            }
        }

        return null;
    }

    /// <summary>
    /// Opens the folder and reads everything after damage: null when all is there, else the typed error that says why not. Anything else throws.
    /// </summary>
    public async Task<DuramenException?> OpenAndReadAsync()
    {
        try
        {
            await OpenAsync();
        }
        catch (DuramenException refusal) when (refusal.Code != Invariant.Broken)
        {
            return refusal;
        }

        try
        {
            return await CompareAsync() is string difference ? throw new OracleException($"{difference}\n{string.Join('\n', Notices)}") : null;
        }
        catch (DuramenException refusal) when (refusal.Code != Invariant.Broken)
        {
            return refusal;
        }
        finally
        {
            Open.Abandon();
        }
    }

    private static async Task<List<byte[]>> ReadAsync(DiskLog log)
    {
        var batches = new List<byte[]>();
        for (Offset next = log.Watermarks.Start; next < log.Watermarks.Committed;)
        {
            using LogSlice slice = await log.ReadAsync(next, new ReadLimits(20_000));
            for (ReadOnlyMemory<byte> rest = slice.Batches; RecordBatchView.TryRead(rest.Span, out RecordBatchView batch); rest = rest[batch.SizeBytes..])
            {
                batches.Add(batch.Bytes.ToArray());
            }

            next = slice.NextOffset > next
                ? slice.NextOffset
                : throw new OracleException($"Reading at {next} gave {slice.Batches.Length} bytes and goes on at {slice.NextOffset}.");
        }

        return batches;
    }

    private static string Only(IEnumerable<string> paths) => paths.Single();
}
