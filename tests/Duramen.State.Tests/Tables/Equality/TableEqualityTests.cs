using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.State.Tests.Tables.Equality;

/// <summary>
/// One random stream of records, kept in a log in memory and in one on disk, and folded in every way there is: as it comes, with restarts, from what a keyframe of the store left, anew beside the old table, anew from nothing, and
/// in memory. All answers must be those of a naive fold. Set DURAMEN_TABLE_SEEDS to run so many more streams, from
/// number 100 on, or those from one number to another (277-399).
/// </summary>
public sealed class TableEqualityTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public Task Every_way_to_a_table_ends_at_the_answers_of_a_naive_fold(int seed) => new Stream(seed).RunAsync(steps: 60);

    [Fact]
    public async Task So_it_is_for_as_many_streams_as_one_asks_for()
    {
        (int first, int last) = AskedSeeds(Environment.GetEnvironmentVariable("DURAMEN_TABLE_SEEDS") ?? "2");
        long compactedAway = 0;
        for (int seed = first; seed <= last; seed++)
        {
            var stream = new Stream(seed);
            Exception? failure = await Record.ExceptionAsync(() => stream.RunAsync(steps: 30 + (seed % 7 * 40)));
            Assert.True(failure is null, $"Stream {seed}: {failure}");
            compactedAway += stream.CompactedAway;
        }

        // Only logs of even seeds are compacted, and not at every step.
        Assert.True(compactedAway > 0 || last - first < 1, "No compaction took anything away.");
    }

    /// <summary>The first and the last of "277-399"; of a single number, so many from 100 on.</summary>
    private static (int First, int Last) AskedSeeds(string asked)
    {
        string[] ends = asked.Split('-');
        return ends.Length == 1
            ? (100, 99 + int.Parse(asked, CultureInfo.InvariantCulture))
            : (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[1], CultureInfo.InvariantCulture));
    }

    private sealed class Stream(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly MemoryDisk _disk = new();
        private readonly MemoryLog _memory = new(new LogId(new Guid(seed, 0, 0, new byte[8])), "memory");
        private readonly List<NaiveTable.Row> _rows = [];
        private readonly TableOptions _options = new() { MemoryBytes = 1 << 20, RecentBytes = 4 << 10, HistoryOffsets = seed % 3 == 0 ? 40 : null };
        private DataFolder? _folder;
        private Table? _ofMemory;
        private Table? _ofDisk;
        private Table? _forgetting;
        private long _ofMemoryFrom;
        private bool _isCompacted;

        public long CompactedAway { get; private set; }

        private DiskLog DiskLog => _folder!.FindLog("disk")!;

        private long End => _memory.Watermarks.End.Value;

        public async Task RunAsync(int steps)
        {
            await OpenFolderAsync();
            await _folder!.CreateLogAsync("disk", new LogOptions { Cleanup = CleanupPolicy.Compact, SegmentSizeBytes = 2048, DeleteRetentionMs = long.MaxValue });
            OpenTables();
            for (int step = 0; step < steps; step++)
            {
                await AppendAsync();
                switch (_random.Next(20))
                {
                    case 0:
                        await RestartAsync();
                        break;
                    case 1:
                        await TrimAsync();
                        break;
                    case 2 when seed % 2 == 0:
                        await WaitAsync();
                        await _folder!.CompactAsync(DiskLog, force: true);
                        _isCompacted = true;
                        break;
                    case 3:
                        await CheckFollowersAsync();
                        break;
                    case 4 when seed % 2 == 1:
                        // The table is then of what its log has left.
                        _ofMemory!.Rebuild();
                        await WaitForRebuildAsync(_ofMemory);
                        _ofMemoryFrom = _memory.Watermarks.Start.Value;
                        break;
                }
            }

            await CheckFollowersAsync();
            await CheckFoldedAnewAsync(_memory);
            await CheckFoldedAnewAsync(DiskLog);
            await CloseAsync();
        }

        // Both follow the same records from the first on, whatever their logs lost since.
        private async Task CheckFollowersAsync()
        {
            await CheckAsync(_ofDisk!, _rows);
            await CheckAsync(_ofMemory!, [.. _rows.Where(row => row.Offset >= _ofMemoryFrom)]);
            await CheckAsync(_forgetting!, [.. _rows.Where(row => row.Offset >= _memory.Watermarks.Start.Value)]);
            Assert.Equal(_ofMemoryFrom == 0, _ofDisk!.Point == _ofMemory!.Point);
        }

        private async Task CheckFoldedAnewAsync(ILog log)
        {
            IReadOnlyList<NaiveTable.Row> rows = await ReadAsync(log);
            int missing = _rows.Count(row => row.Offset >= log.Watermarks.Start.Value) - rows.Count;
            Assert.True(missing == 0 || (_isCompacted && log == (ILog)DiskLog));
            CompactedAway += missing;

            TableOptions options = _options with { HistoryOffsets = null };
            await using Table anew = Table.Open(_disk, $"/anew-{log.Name}", log, options);
            await CheckAsync(anew, rows);
            await using Table large = Table.Open(_disk, $"/large-{log.Name}", log);
            await CheckAsync(large, rows);
            Assert.Equal(anew.Point, large.Point);
            using (IStoreSnapshot live = await LiveTable.ComputeAsync(log, log.Watermarks.Committed))
            {
                Check(live, rows);
            }

            anew.Rebuild();
            await CheckAsync(anew, rows);
            Assert.Equal(large.Point, anew.Point);
        }

        // Of the rows, those that the table knows.
        private async Task CheckAsync(Table table, IReadOnlyList<NaiveTable.Row> rows)
        {
            await WaitForRebuildAsync(table);
            using IStoreSnapshot snapshot = table.OpenSnapshot();
            Assert.Equal(End, snapshot.Position.Value);
            NaiveTable naive = Check(snapshot, rows);
            for (int round = 0; round < 5; round++)
            {
                long timestampMs = _rows[_random.Next(_rows.Count)].TimestampMs - _random.Next(2);
                Assert.Equal(naive.DescribeAt(timestampMs, _memory.Watermarks.Start.Value), NaiveTable.DescribeAt(snapshot, await table.FindAsOfAsync(timestampMs)));
            }
        }

        private NaiveTable Check(IStoreSnapshot snapshot, IReadOnlyList<NaiveTable.Row> rows)
        {
            long horizon = snapshot.Horizon.Value;
            var naive = new NaiveTable(rows, horizon, snapshot.Position.Value);
            long[] moments = [horizon, .. Enumerable.Range(0, 6).Select(_ => _random.NextInt64(horizon, snapshot.Position.Value + 1)), snapshot.Position.Value];
            Assert.Equal(naive.Describe(moments), naive.Describe(snapshot, moments));
            return naive;
        }

        private async Task AppendAsync()
        {
            using var builder = new RecordBatchBuilder();
            for (int record = _random.Next(1, 12); record > 0; record--)
            {
                // Times go forth on the whole, and back now and then.
                long timestampMs = 1_000_000 + (_rows.Count * 10) + (_random.Next(5) == 0 ? _random.Next(-400, 400) : 0);
                string? key = _random.Next(12) == 0 ? null : $"{(_random.Next(3) == 0 ? "a-longer-key-" : "k")}{_random.Next(15)}";
                string? value = _random.Next(5) == 0 ? null : new string((char)('a' + _random.Next(26)), _random.Next(120));
                builder.Append(timestampMs, TableFixture.Bytes(key), TableFixture.Bytes(value));
                _rows.Add(new NaiveTable.Row(_rows.Count, timestampMs, key, value));
            }

            byte[] batch = builder.Build().ToArray();
            await ((ILog)_memory).AppendAsync(batch.ToArray());
            await ((ILog)DiskLog).AppendAsync(batch);
        }

        private async Task TrimAsync()
        {
            await WaitAsync();
            long start = _memory.Watermarks.Start.Value;
            var to = new Offset(_random.NextInt64(start, start + ((End - start) / 2) + 1));
            await ((ILog)_memory).TrimAsync(to);
            await ((ILog)DiskLog).TrimAsync(to);
        }

        private async Task RestartAsync()
        {
            await CloseAsync();
            await OpenFolderAsync();
            OpenTables();
        }

        private async Task WaitForRebuildAsync(Table table)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (table.IsRebuilding || table.Point.Position.Value < End)
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        private async Task WaitAsync()
        {
            await _ofMemory!.WaitForAsync(new Offset(End));
            await _ofDisk!.WaitForAsync(new Offset(End));
            await _forgetting!.WaitForAsync(new Offset(End));
        }

        private async Task OpenFolderAsync() =>
            _folder = await DataFolder.OpenAsync(_disk, "/data", new StorageOptions { MaintenanceInterval = TimeSpan.Zero, ScrubBytesPerSecond = 0 });

        private void OpenTables()
        {
            _ofMemory = Table.Open(_disk, "/of-memory", _memory, _options);
            _ofDisk = Table.Open(_disk, "/of-disk", DiskLog, _options);
            _forgetting = Table.Open(_disk, "/forgetting", _memory, _options with { ForgetsTrimmed = true });
        }

        private async Task CloseAsync()
        {
            await _ofMemory!.DisposeAsync();
            await _ofDisk!.DisposeAsync();
            await _forgetting!.DisposeAsync();
            await _folder!.DisposeAsync();
        }

        // What a log has, read without a table.
        private static async Task<IReadOnlyList<NaiveTable.Row>> ReadAsync(ILog log)
        {
            var rows = new List<NaiveTable.Row>();
            using var decoder = new RecordBatchDecoder();
            for (Offset next = log.Watermarks.Start; next < log.Watermarks.Committed;)
            {
                using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default);
                if (slice.Batches.IsEmpty)
                {
                    break;
                }

                Take(slice.Batches.Span, log.Watermarks.Start, decoder, rows);
                next = slice.NextOffset;
            }

            return rows;
        }

        private static void Take(ReadOnlySpan<byte> batches, Offset start, RecordBatchDecoder decoder, List<NaiveTable.Row> rows)
        {
            while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
            {
                batches = batches[batch.SizeBytes..];
                Assert.True(decoder.Open(batch, out RecordReader reader).IsNone);
                while (reader.TryRead(out RecordView record))
                {
                    if (record.Offset >= start)
                    {
                        rows.Add(new NaiveTable.Row(record.Offset.Value, record.TimestampMs, Text(record.Key.ToArray()), Text(record.Value.ToArray())));
                    }
                }
            }

            static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
        }
    }
}
