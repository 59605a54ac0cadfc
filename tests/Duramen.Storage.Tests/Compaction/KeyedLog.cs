using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Storage.Compaction;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Tests.Compaction;

/// <summary>A folder with one compacted log, and every record that was ever appended to it.</summary>
internal sealed class KeyedLog : IAsyncDisposable
{
    public const string Name = "keys";

    private readonly List<KeyedRecord> _appended = [];
    private readonly RecordBatchBuilder _builder = new();

    private KeyedLog(DataFolder folder, DiskLog log)
    {
        Folder = folder;
        Log = log;
    }

    public DataFolder Folder { get; }

    public DiskLog Log { get; }

    public IReadOnlyList<KeyedRecord> Appended => _appended;

    public static LogOptions Options => new() { Cleanup = CleanupPolicy.Compact, SegmentSizeBytes = 2048 };

    public static StorageOptions FolderOptions(TimeProvider? time = null, int memoryBytes = 1 << 20, Action<string>? notice = null) => new()
    {
        JournalFileSizeBytes = 64 << 10,
        JournalFilesMax = 4,
        MaintenanceInterval = TimeSpan.Zero,
        DeletedPieceBytes = 512,
        CompactionMemoryBytes = memoryBytes,
        Time = time ?? TimeProvider.System,
        Notice = notice,
    };

    public static async Task<KeyedLog> CreateAsync(IDisk disk, StorageOptions? folderOptions = null, LogOptions? options = null)
    {
        DataFolder folder = await DataFolder.OpenAsync(disk, "/data", folderOptions ?? FolderOptions());
        return new KeyedLog(folder, await folder.CreateLogAsync(Name, options ?? Options));
    }

    /// <summary>Opens the folder again, with what an earlier log says was appended.</summary>
    public static async Task<KeyedLog> ReopenAsync(IDisk disk, IEnumerable<KeyedRecord> appended, StorageOptions? folderOptions = null)
    {
        DataFolder folder = await DataFolder.OpenAsync(disk, "/data", folderOptions ?? FolderOptions());
        var log = new KeyedLog(folder, folder.FindLog(Name)!);
        log._appended.AddRange(appended);
        return log;
    }

    /// <summary>Appends one batch.</summary>
    public async Task AppendAsync(
        IReadOnlyList<(string? Key, string? Value)> records,
        long timestampMs = 1_000,
        CompressionCodec codec = CompressionCodec.None,
        Action<RecordBatchBuilder>? shape = null)
    {
        _builder.Codec = codec;
        _builder.Reset();
        _builder.SetProducer(ProducerId.None, -1, -1);
        _builder.IsTransactional = false;
        shape?.Invoke(_builder);
        foreach ((string? key, string? value) in records)
        {
            _builder.Append(timestampMs, Bytes(key), Bytes(value));
        }

        AppendResult result = await Log.AppendAsync(_builder.Build().ToArray());
        for (int index = 0; index < records.Count; index++)
        {
            _appended.Add(new KeyedRecord(result.BaseOffset.Value + index, records[index].Key, records[index].Value));
        }
    }

    /// <summary>Appends batches of random records until so many are there: few keys, some of them deleted, some records without a key.</summary>
    public async Task AppendRandomAsync(Random random, int records, int keys, CompressionCodec codec = CompressionCodec.None, long timestampMs = 1_000)
    {
        while (records > 0)
        {
            var batch = new List<(string?, string?)>();
            for (int count = Math.Min(records, random.Next(1, 8)); count > 0; count--, records--)
            {
                string? key = random.Next(50) == 0 ? null : $"key{random.Next(keys)}";
                batch.Add((key, random.Next(6) == 0 ? null : new string('v', random.Next(40)) + random.Next()));
            }

            await AppendAsync(batch, timestampMs, codec);
        }
    }

    public Task<CompactionResult> CompactAsync() => Folder.CompactAsync(Log, force: true);

    /// <summary>What must be left of all that was appended below an offset, and all of what was appended from there on.</summary>
    public List<KeyedRecord> Expected(long? compactedTo = null, bool areTombstonesGone = false)
    {
        long end = compactedTo ?? long.MaxValue;
        var last = new Dictionary<string, long>();
        foreach (KeyedRecord record in _appended)
        {
            if (record.Key is not null && record.Offset < end)
            {
                last[record.Key] = record.Offset;
            }
        }

        return _appended.FindAll(record => record.Offset >= end
            || record.Key is null
            || (last[record.Key] == record.Offset && !(areTombstonesGone && record.Value is null)));
    }

    public Task<List<KeyedRecord>> ReadAsync() => ReadAsync(Log);

    /// <summary>Everything that can be read, held to what any reader may rely on.</summary>
    public static async Task<List<KeyedRecord>> ReadAsync(ILog log, Offset? from = null)
    {
        var records = new List<KeyedRecord>();
        using var decoder = new RecordBatchDecoder();
        Offset next = from ?? log.Watermarks.Start;
        while (next < log.Watermarks.Committed)
        {
            using LogSlice slice = await log.ReadAsync(next, new ReadLimits(700));
            if (slice.Batches.IsEmpty)
            {
                break;
            }

            Add(slice.Batches.Span, decoder, records);
            Assert.True(slice.NextOffset > next);
            next = slice.NextOffset;
        }

        return records;
    }

    public async ValueTask DisposeAsync()
    {
        _builder.Dispose();
        await Folder.DisposeAsync();
    }

    private static void Add(ReadOnlySpan<byte> batches, RecordBatchDecoder decoder, List<KeyedRecord> records)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            Assert.True(batch.RecordCount > 0);
            Assert.True(decoder.Open(batch, out RecordReader reader).IsNone);
            while (reader.TryRead(out RecordView record))
            {
                records.Add(new KeyedRecord(record.Offset.Value, Text(record.Key.ToArray()), Text(record.Value.ToArray())));
            }

            Assert.True(reader.Fault.IsNone);
            batches = batches[batch.SizeBytes..];
        }

        Assert.True(batches.IsEmpty);
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
