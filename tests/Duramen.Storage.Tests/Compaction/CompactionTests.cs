using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Storage.Compaction;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Tests.Compaction;

public sealed class CompactionTests
{
    private const int TinyMapBytes = 24 * 20;

    [Theory]
    [InlineData(1, 1 << 20, CompressionCodec.None)]
    [InlineData(2, TinyMapBytes, CompressionCodec.None)]
    [InlineData(3, 1 << 20, CompressionCodec.Gzip)]
    [InlineData(4, TinyMapBytes, CompressionCodec.Snappy)]
    public async Task The_last_record_of_each_key_stays_at_its_offset(int seed, int memoryBytes, CompressionCodec codec)
    {
        var random = new Random(seed);
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), KeyedLog.FolderOptions(memoryBytes: memoryBytes));
        for (int run = 0; run < 4; run++)
        {
            await log.AppendRandomAsync(random, 300, keys: 40, codec);
            long end = log.Log.Watermarks.End.Value;

            CompactionResult result = await log.CompactAsync();

            Assert.Equal(end, result.CompactedTo.Value);
            Assert.Equal(memoryBytes == TinyMapBytes, result.Rounds > 1);
            Assert.True(result.BytesAfter < result.BytesBefore);
            Assert.True(result.RecordsAfter < result.RecordsBefore);
            Assert.Equal(log.Expected(), await log.ReadAsync());
            await log.AppendRandomAsync(random, 20, keys: 40, codec);
            Assert.Equal(log.Expected(end), await log.ReadAsync());
        }
    }

    [Fact]
    public async Task A_map_that_holds_a_single_key_is_enough()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), KeyedLog.FolderOptions(memoryBytes: 1));
        await log.AppendRandomAsync(new Random(5), 60, keys: 6);

        await log.CompactAsync();

        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    [Fact]
    public async Task A_compacted_log_is_the_same_after_a_restart()
    {
        var disk = new MemoryDisk();
        List<KeyedRecord> appended;
        List<KeyedRecord> expected;
        await using (KeyedLog log = await KeyedLog.CreateAsync(disk))
        {
            await log.AppendRandomAsync(new Random(6), 400, keys: 30);
            await log.CompactAsync();
            (appended, expected) = ([.. log.Appended], log.Expected());
        }

        await using KeyedLog again = await KeyedLog.ReopenAsync(disk, appended);

        Assert.Equal(expected, await again.ReadAsync());
        Assert.Equal(400, again.Log.Watermarks.End.Value);
    }

    [Fact]
    public async Task Reading_in_a_gap_gives_what_comes_after_it()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        await log.AppendRandomAsync(new Random(8), 500, keys: 12);
        await log.CompactAsync();
        List<KeyedRecord> left = log.Expected();

        for (long from = 0; from <= 500; from++)
        {
            List<KeyedRecord> read = await KeyedLog.ReadAsync(log.Log, new Offset(from));
            Assert.Equal(left.FindAll(record => record.Offset >= from), read.FindAll(record => record.Offset >= from));
        }
    }

    [Fact]
    public async Task Small_segments_are_merged_up_to_the_size_of_one()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        await log.AppendRandomAsync(new Random(9), 1000, keys: 15);
        int before = log.Log.Segments.Length;

        await log.CompactAsync();

        Assert.True(before > 10);
        long left = log.Log.Segments.Sum(segment => segment.State.SizeBytes);
        Assert.InRange(log.Log.Segments.Length, 2, 2 + (2 * left / KeyedLog.Options.SegmentSizeBytes));
        Assert.Equal(Offset.Zero, log.Log.Segments[0].Id.BaseOffset);
        Assert.All(log.Log.Segments, segment => Assert.True(segment.State.SizeBytes <= KeyedLog.Options.SegmentSizeBytes));
    }

    [Fact]
    public async Task A_batch_without_survivors_goes_as_a_whole()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        await log.AppendAsync([("a", "1"), ("b", "1")]);
        await log.AppendAsync([("a", "2"), ("b", "2")]);

        await log.CompactAsync();

        Assert.Equal([(2L, 2)], await BatchesAsync(log.Log));
    }

    [Fact]
    public async Task A_batch_that_loses_its_last_record_still_covers_its_offsets()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        await log.AppendAsync([("a", "1"), ("b", "1")], shape: builder => builder.SetProducer(new ProducerId(7), 3, 11));
        await log.AppendAsync([("b", "2")]);

        await log.CompactAsync();

        using LogSlice slice = await log.Log.ReadAsync(Offset.Zero, ReadLimits.Default);
        Assert.True(RecordBatchView.TryRead(slice.Batches.Span, out RecordBatchView first));
        Assert.Equal((0L, 2L, 1), (first.BaseOffset.Value, first.NextOffset.Value, first.RecordCount));
        Assert.Equal((7L, 3, 11), (first.ProducerId.Value, (int)first.ProducerEpoch, first.BaseSequence));
    }

    [Fact]
    public async Task The_log_still_ends_where_it_did_when_nothing_is_left()
    {
        var time = new FakeTime();
        var disk = new MemoryDisk();
        await using (KeyedLog log = await KeyedLog.CreateAsync(disk, KeyedLog.FolderOptions(time)))
        {
            await log.AppendAsync([("a", "1")]);
            await log.AppendAsync([("a", null)]);
            await log.CompactAsync();
            time.Advance(TimeSpan.FromDays(2));
            await log.CompactAsync();

            Assert.Empty(await log.ReadAsync());
            Assert.Equal(2, log.Log.Watermarks.End.Value);
            Assert.Single(log.Log.Segments);
        }

        await using KeyedLog again = await KeyedLog.ReopenAsync(disk, [], KeyedLog.FolderOptions(time));
        Assert.Equal(2, again.Log.Watermarks.End.Value);
        await again.AppendAsync([("b", "1")]);
        Assert.Equal([new KeyedRecord(2, "b", "1")], await again.ReadAsync());
    }

    [Fact]
    public async Task A_tombstone_stays_until_its_horizon_and_goes_after_it()
    {
        var time = new FakeTime();
        LogOptions options = KeyedLog.Options with { DeleteRetentionMs = 10_000 };
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), KeyedLog.FolderOptions(time), options);
        await log.AppendRandomAsync(new Random(10), 200, keys: 20);
        time.Advance(TimeSpan.FromHours(1));

        // However old the tombstones are: their time begins when compaction first keeps them.
        await log.CompactAsync();
        Assert.Equal(log.Expected(), await log.ReadAsync());
        time.Advance(TimeSpan.FromMilliseconds(9_999));
        await log.CompactAsync();
        Assert.Equal(log.Expected(), await log.ReadAsync());
        Assert.Contains(await log.ReadAsync(), record => record.Value is null);

        time.Advance(TimeSpan.FromMilliseconds(1));
        await log.CompactAsync();
        Assert.Equal(log.Expected(areTombstonesGone: true), (await log.ReadAsync()).FindAll(record => record.Key is null || record.Value is not null));
        Assert.DoesNotContain(await log.ReadAsync(), record => record.Key is not null && record.Value is null);
    }

    [Fact]
    public async Task The_times_of_records_survive_a_delete_horizon()
    {
        var time = new FakeTime();
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), KeyedLog.FolderOptions(time));
        await log.AppendAsync([("a", "1"), ("b", null)], timestampMs: 5_000);

        await log.CompactAsync();

        using LogSlice slice = await log.Log.ReadAsync(Offset.Zero, ReadLimits.Default);
        Assert.True(RecordBatchView.TryRead(slice.Batches.Span, out RecordBatchView batch));
        Assert.True(batch.HasDeleteHorizon);
        Assert.Equal(time.NowMs + KeyedLog.Options.DeleteRetentionMs, batch.BaseTimestampMs);
        Assert.Equal(5_000, batch.MaxTimestampMs);
        Assert.Equal(new TimestampMatch(Offset.Zero, 5_000), await log.Log.FindTimestampAsync(4_000));
        Assert.Null(await log.Log.FindTimestampAsync(5_001));
    }

    [Fact]
    public async Task Records_younger_than_the_lag_are_not_compacted()
    {
        var time = new FakeTime();
        LogOptions options = KeyedLog.Options with { MinCompactionLagMs = 60_000 };
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), KeyedLog.FolderOptions(time), options);
        await log.AppendRandomAsync(new Random(11), 100, keys: 5, timestampMs: time.NowMs - 60_000);
        await log.Log.RollAsync();
        await log.AppendRandomAsync(new Random(12), 100, keys: 5, timestampMs: time.NowMs - 59_999);

        CompactionResult result = await log.CompactAsync();

        Assert.Equal(100, result.CompactedTo.Value);
        Assert.Equal(log.Expected(100), await log.ReadAsync());
        time.Advance(TimeSpan.FromMilliseconds(1));
        await log.CompactAsync();
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    [Fact]
    public async Task What_is_not_committed_is_not_compacted()
    {
        var disk = new MemoryDisk();
        LogOptions options = KeyedLog.Options with { CommitRule = CommitRule.WhenTold };
        await using (KeyedLog log = await KeyedLog.CreateAsync(disk, options: options))
        {
            await log.AppendRandomAsync(new Random(13), 50, keys: 3);
            await log.Log.RollAsync();
            await log.AppendRandomAsync(new Random(14), 50, keys: 3);
            log.Log.AdvanceCommitted(new Offset(60));
            Offset committed = log.Log.Watermarks.Committed;

            CompactionResult result = await log.CompactAsync();

            Assert.InRange(result.CompactedTo.Value, 50, committed.Value);
            log.Log.AdvanceCommitted(new Offset(100));
            Assert.Equal(log.Expected(result.CompactedTo.Value), await log.ReadAsync());
        }

        await using KeyedLog again = await KeyedLog.ReopenAsync(disk, []);
        Assert.True(again.Log.Watermarks.Committed >= again.Log.CompactedTo);
    }

    [Fact]
    public async Task Transactions_and_control_batches_stay_and_supersede_nothing()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        await log.AppendAsync([("a", "plain")]);
        await log.AppendAsync([("a", "in a transaction")], shape: builder =>
        {
            builder.SetProducer(new ProducerId(1), 0, 0);
            builder.IsTransactional = true;
        });
        using (var builder = new RecordBatchBuilder())
        {
            builder.SetProducer(new ProducerId(1), 0, -1);
            builder.AppendControl(new ControlRecord(ControlRecordType.Abort, 0), 1_000);
            await log.Log.AppendAsync(builder.Build().ToArray());
        }

        await log.AppendAsync([("b", "1"), ("b", "2")]);

        await log.CompactAsync();

        Assert.Equal([(0L, 1), (1L, 1), (2L, 1), (3L, 1)], await BatchesAsync(log.Log));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_decoded_stays_and_supersedes_nothing()
    {
        var notices = new List<string>();
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), KeyedLog.FolderOptions(notice: notices.Add));
        await log.AppendAsync([("a", "1")]);
        await log.Log.AppendAsync(Undecodable("a"));
        await log.AppendAsync([("b", "1"), ("b", "2")]);

        await log.CompactAsync();

        Assert.Equal([(0L, 1), (1L, 2), (3L, 1)], await BatchesAsync(log.Log));
        Assert.Contains(notices, notice => notice.Contains("cannot be decoded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_trimmed_goes_with_the_next_compaction()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        await log.AppendAsync([("a", "1")]);
        await log.AppendAsync([("b", "1")]);
        await log.AppendAsync([("c", "1")]);
        await log.Log.TrimAsync(new Offset(2));

        await log.CompactAsync();

        Assert.Equal([(2L, 1)], await BatchesAsync(log.Log));
        Assert.Equal(1, log.Log.Segments[0].State.RecordCount);
    }

    [Fact]
    public async Task Compaction_waits_until_enough_is_dirty()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        for (int key = 0; key < 300; key++)
        {
            await log.AppendAsync([($"key{key}", "a value of some length")]);
        }

        await log.CompactAsync();
        for (int key = 0; key < 60; key++)
        {
            await log.AppendAsync([($"key{key}", "another value of that length")]);
        }

        await log.Log.RollAsync();
        Assert.Equal(0, (await log.Folder.CompactAsync(log.Log)).Rounds);
        await log.Log.SetOptionsAsync(log.Log.Options with { MinCleanableRatio = 0.1 });
        Assert.Equal(1, (await log.Folder.CompactAsync(log.Log)).Rounds);
        Assert.Equal(log.Expected(), await log.ReadAsync());
        Assert.Equal(0, (await log.Folder.CompactAsync(log.Log)).Rounds);
    }

    [Fact]
    public async Task A_log_that_keeps_everything_is_not_compacted()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), options: KeyedLog.Options with { Cleanup = CleanupPolicy.Delete });

        StorageException refusal = await Assert.ThrowsAsync<StorageException>(log.CompactAsync);

        Assert.Equal(LogErrors.InvalidOption, refusal.Code);
    }

    [Fact]
    public async Task Compaction_keeps_to_its_speed()
    {
        var time = new FakeTime(movesByItself: true);
        StorageOptions options = KeyedLog.FolderOptions(time) with { CompactionBytesPerSecond = 10_000 };
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), options);
        await log.AppendRandomAsync(new Random(15), 1000, keys: 10);

        CompactionResult result = await log.CompactAsync();

        Assert.True(result.BytesRead > 20_000);
        Assert.InRange(result.Duration.TotalSeconds, 0.9 * result.BytesRead / 10_000, double.MaxValue);
    }

    [Fact]
    public async Task Nothing_is_left_of_what_compaction_replaced()
    {
        var disk = new MemoryDisk();
        await using KeyedLog log = await KeyedLog.CreateAsync(disk);
        await log.AppendRandomAsync(new Random(16), 1000, keys: 10);
        await log.CompactAsync();

        log.Folder.Checkpoint();

        IEnumerable<string> expected = log.Log.Segments.Where(segment => segment.State.SizeBytes > 0)
            .SelectMany(segment => (string[])[segment.Id.IndexFileName, segment.Id.SegmentFileName]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), disk.ListFiles(log.Log.Folder));
    }

    /// <summary>Base offset and record count of every batch.</summary>
    private static async Task<List<(long Base, int Records)>> BatchesAsync(DiskLog log)
    {
        var batches = new List<(long, int)>();
        using LogSlice slice = await log.ReadAsync(log.Watermarks.Start, ReadLimits.Default);
        ReadOnlySpan<byte> bytes = slice.Batches.Span;
        while (RecordBatchView.TryRead(bytes, out RecordBatchView batch))
        {
            batches.Add((batch.BaseOffset.Value, batch.RecordCount));
            bytes = bytes[batch.SizeBytes..];
        }

        return batches;
    }

    // Two records, of which the first has the key and the second has no end.
    private static byte[] Undecodable(string key)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1_000, Encoding.UTF8.GetBytes(key), new byte[] { 1 });
        builder.Append(1_000, Encoding.UTF8.GetBytes(key), new byte[] { 2 });
        byte[] batch = builder.Build().ToArray();
        int second = RecordBatchLayout.Records + (batch.Length - RecordBatchLayout.Records) / 2;
        batch[second] = 0x7E;
        uint checksum = Duramen.Core.Checksums.Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes));
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchLayout.Crc), checksum);
        return batch;
    }
}
