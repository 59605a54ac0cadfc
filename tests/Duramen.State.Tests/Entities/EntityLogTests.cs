using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Entities;
using Duramen.State.Store;
using Duramen.State.Tests.Tables;

namespace Duramen.State.Tests.Entities;

public sealed class EntityLogTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "orders");
    private EntityLog _entities = null!;

    public Task InitializeAsync()
    {
        _entities = EntityLog.Open(_disk, "/entities", _log);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _entities.DisposeAsync();

    [Fact]
    public async Task Versions_count_the_records_of_one_key_from_one()
    {
        Assert.Equal(EntityVersion.None, await _entities.GetVersionAsync("a"));
        Assert.Equal(new EntityAppendResult(new EntityVersion(1), new Offset(0)), await _entities.AppendAsync("a", ["one"]));
        Assert.Equal(new EntityAppendResult(new EntityVersion(1), new Offset(1)), await _entities.AppendAsync("b", ["uno"]));
        Assert.Equal(new EntityAppendResult(new EntityVersion(3), new Offset(3)), await _entities.AppendAsync("a", ["two", "three"]));
        Assert.Equal("v3 [1:one@0 2:two@2 3:three@3]", await _entities.ReadTextAsync("a"));
        Assert.Equal("v1 [1:uno@1]", await _entities.ReadTextAsync("b"));
        Assert.Equal("v0 []", await _entities.ReadTextAsync("c"));
    }

    [Fact]
    public async Task An_append_happens_only_at_the_version_that_it_expects()
    {
        EntityVersion first = (await _entities.AppendAsync("a", ["one"], ExpectedVersion.MustNotExist)).Version;
        await AssertConflictAsync(ExpectedVersion.MustNotExist, actual: 1);
        await AssertConflictAsync(new EntityVersion(2), actual: 1);
        EntityVersion second = (await _entities.AppendAsync("a", ["two"], first)).Version;
        await AssertConflictAsync(first, actual: 2);
        await _entities.AppendAsync("a", ["three"], ExpectedVersion.MustExist);
        EntityAppendOutcome refused = await _entities.TryAppendAsync("a", ["x"], second);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Conflict, new EntityVersion(3), default), refused);
        Assert.Equal("v3 [1:one@0 2:two@1 3:three@2]", await _entities.ReadTextAsync("a"));
        EntityException missing = await Assert.ThrowsAsync<EntityException>(() => _entities.AppendAsync("b", ["x"], ExpectedVersion.MustExist).AsTask());
        Assert.Equal(EntityVersion.None, missing.ActualVersion);
    }

    [Fact]
    public async Task A_request_that_comes_again_has_the_result_of_the_first_and_appends_nothing()
    {
        EntityAppendResult first = await _entities.AppendAsync("a", ["one", "two"], ExpectedVersion.MustNotExist, "request-1");
        EntityAppendResult again = await _entities.AppendAsync("a", ["one", "two"], ExpectedVersion.MustNotExist, "request-1");
        Assert.Equal(first with { IsDuplicate = true }, again);
        await _entities.AppendAsync("b", ["one"], ExpectedVersion.MustNotExist, "request-1");
        Assert.Equal(3, _log.Watermarks.End.Value);
        EntityPage page = await _entities.ReadAsync("a");
        Assert.Equal([null, "request-1"], page.Records.Select(record => record.RequestId));
    }

    [Fact]
    public async Task What_is_appended_is_read_with_its_headers_and_time()
    {
        var headers = new RecordHeader[] { new("kind", Encoding.UTF8.GetBytes("placed")), new("empty", null), new("kind", Array.Empty<byte>()) };
        await _entities.AppendAsync("a", [new NewRecord("x"u8.ToArray()) { Headers = headers, TimestampMs = 123 }, new NewRecord((ReadOnlyMemory<byte>?)null)]);
        EntityPage page = await _entities.ReadAsync("a");
        Assert.Equal("v2 [1:x@0 2:-@1]", page.Text());
        Assert.Equal(123, page.Records[0].TimestampMs);
        Assert.Equal(["kind=placed", "empty=", "kind="], page.Records[0].Headers.Select(header => $"{header.Key}={Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span)}"));
        Assert.Null(page.Records[0].Headers[1].Value);
        Assert.NotNull(page.Records[0].Headers[2].Value);
    }

    [Fact]
    public async Task Pages_go_forwards_and_backwards_from_any_version_and_as_of_any_offset()
    {
        foreach (string value in (string[])["one", "two", "three", "four"])
        {
            await _entities.AppendAsync("a", [value]);
        }

        Assert.Equal("v4 [1:one@0 2:two@1] next 3", await _entities.ReadTextAsync("a", new EntityRead { MaxRecords = 2 }));
        Assert.Equal("v4 [3:three@2 4:four@3]", await _entities.ReadTextAsync("a", new EntityRead { From = new(3), MaxRecords = 2 }));
        Assert.Equal("v4 [4:four@3 3:three@2] next 2", await _entities.ReadTextAsync("a", new EntityRead { IsBackwards = true, MaxRecords = 2 }));
        Assert.Equal("v4 [2:two@1 1:one@0]", await _entities.ReadTextAsync("a", new EntityRead { From = new(2), IsBackwards = true }));
        Assert.Equal("v4 []", await _entities.ReadTextAsync("a", new EntityRead { From = new(5) }));
        Assert.Equal("v4 [1:one@0] next 2", await _entities.ReadTextAsync("a", new EntityRead { MaxBytes = 1 }));
        Assert.Equal("v2 [1:one@0 2:two@1]", await _entities.ReadTextAsync("a", new EntityRead { AsOf = new Offset(2) }));
        Assert.Equal("v2 [2:two@1 1:one@0]", await _entities.ReadTextAsync("a", new EntityRead { AsOf = new Offset(2), IsBackwards = true }));
        Assert.Equal("v0 []", await _entities.ReadTextAsync("a", new EntityRead { AsOf = Offset.Zero }));
        Assert.Equal(new EntityVersion(3), await _entities.GetVersionAsync("a", new Offset(3)));
        StoreException beyond = await Assert.ThrowsAsync<StoreException>(() => _entities.ReadAsync("a", new EntityRead { AsOf = new Offset(5) }).AsTask());
        Assert.Equal(StoreErrors.BeyondPosition, beyond.Code);
    }

    [Fact]
    public async Task Records_that_others_append_are_versions_too()
    {
        await _entities.AppendAsync("a", ["one"]);
        await _log.AppendAsync(("a", "two"), ("b", "x"), (null, "no key"), ("a", null));
        await AssertConflictAsync(new EntityVersion(1), actual: 3);
        Assert.Equal(4, (await _entities.AppendAsync("a", ["four"], new EntityVersion(3))).Version.Value);
        Assert.Equal("v4 [1:one@0 2:two@1 3:-@4 4:four@5]", await _entities.ReadTextAsync("a"));
    }

    [Fact]
    public async Task Whoever_has_read_what_others_appended_is_not_refused()
    {
        EntityVersion version = default;
        for (int round = 0; round < 50; round++)
        {
            version = (await _entities.AppendAsync("a", ["mine"], version)).Version;
            await _log.AppendAsync(("a", "theirs"));
            version = await _entities.GetVersionAsync("a");
            Assert.Equal(2 * (round + 1), version.Value);
        }
    }

    [Fact]
    public async Task Whoever_follows_an_entity_gets_what_is_there_and_what_comes()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using IAsyncEnumerator<EntityRecord> followed = _entities.FollowAsync("a", cancellationToken: patience.Token).GetAsyncEnumerator(patience.Token);
        ValueTask<bool> first = followed.MoveNextAsync();
        await _entities.AppendAsync("b", ["x"]);
        await _entities.AppendAsync("a", ["one"]);
        Assert.True(await first);
        Assert.Equal("1:one@1", followed.Current.Text());
        await _entities.AppendAsync("a", ["two"]);
        Assert.True(await followed.MoveNextAsync());
        Assert.Equal("2:two@2", followed.Current.Text());
    }

    [Fact]
    public async Task Everything_is_there_when_the_index_is_opened_again_and_when_it_was_deleted()
    {
        await _entities.AppendAsync("a", ["one"], requestId: "r");
        await _log.AppendAsync(("a", "two"));
        await _entities.DisposeAsync();
        foreach (bool isDeleted in (bool[])[false, true])
        {
            if (isDeleted)
            {
                _disk.DeleteFolder("/entities");
            }

            _entities = EntityLog.Open(_disk, "/entities", _log);
            Assert.Equal("v2 [1:one@0 2:two@1]", await _entities.ReadTextAsync("a"));
            Assert.True((await _entities.AppendAsync("a", ["one"], requestId: "r")).IsDuplicate);
            await _entities.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Trimming_takes_records_and_leaves_the_numbers(bool isIndexDeleted)
    {
        await _entities.AppendAsync("a", ["one", "two"], requestId: "old");
        await _entities.AppendAsync("b", ["uno"]);
        await _entities.AppendAsync("a", ["three"], requestId: "new");
        await _log.TrimAsync(new Offset(3));
        if (isIndexDeleted)
        {
            await _entities.DisposeAsync();
            _disk.DeleteFolder("/entities");
            _entities = EntityLog.Open(_disk, "/entities", _log);
        }

        Assert.Equal("v3 [3:three@3]", await _entities.ReadTextAsync("a"));
        Assert.Equal("v0 []", await _entities.ReadTextAsync("b"));
        Assert.True((await _entities.AppendAsync("a", ["three"], requestId: "new")).IsDuplicate);
        Assert.Equal(4, (await _entities.AppendAsync("a", ["four"], new EntityVersion(3), "old")).Version.Value);
        Assert.Equal(1, (await _entities.AppendAsync("b", ["again"], ExpectedVersion.MustNotExist)).Version.Value);
        Assert.Equal("v1 [1:again@5]", await _entities.ReadTextAsync("b"));
        StoreException gone = await Assert.ThrowsAsync<StoreException>(() => _entities.GetVersionAsync("a", new Offset(2)).AsTask());
        Assert.Equal(StoreErrors.BelowHorizon, gone.Code);
    }

    [Fact]
    public async Task A_version_that_a_stranger_made_up_cannot_use_up_the_numbers()
    {
        using var builder = new RecordBatchBuilder();
        foreach (string made in (string[])["9223372036854775807", "-1", "x", "1"])
        {
            builder.Append(0, "a"u8, "x"u8, [new RecordHeader(EntityHeaders.Version, Encoding.ASCII.GetBytes(made))]);
        }

        await _log.AppendAsync(builder.Build());
        Assert.Equal("v4 [1:x@0 2:x@1 3:x@2 4:x@3]", await _entities.ReadTextAsync("a"));
        Assert.Equal(5, (await _entities.AppendAsync("a", ["five"])).Version.Value);
    }

    [Fact]
    public async Task What_no_entity_can_take_is_refused_before_anything_happens()
    {
        await AssertInvalidAsync("a", []);
        await AssertInvalidAsync(new string('k', EntityLimits.KeyMaxBytes + 1), ["x"]);
        await AssertInvalidAsync("a", [new NewRecord(default(ReadOnlyMemory<byte>)) { Headers = [new RecordHeader("duramen.version", null)] }]);
        await AssertInvalidAsync("a", [new byte[EntityLimits.AppendMaxBytes]]);
        await AssertInvalidAsync("a", ["x"], requestId: "");
        await AssertInvalidAsync("a", ["x"], requestId: new string('é', (EntityLimits.RequestIdMaxBytes / 2) + 1));
        Assert.Equal(Offset.Zero, _log.Watermarks.End);
        await _entities.AppendAsync(new string('k', EntityLimits.KeyMaxBytes), ["x"], requestId: new string('é', EntityLimits.RequestIdMaxBytes / 2));
    }

    [Fact]
    public async Task A_key_that_no_entity_can_have_does_not_stop_the_index()
    {
        await _log.AppendAsync((new string('k', EntityLimits.KeyMaxBytes + 1), "x"), ("a", "one"));
        Assert.Equal("v1 [1:one@1]", await _entities.ReadTextAsync("a"));
    }

    [Fact]
    public async Task Closed_entities_say_so()
    {
        await _entities.DisposeAsync();
        Assert.Equal(EntityErrors.Closed, (await Assert.ThrowsAsync<EntityException>(() => _entities.AppendAsync("a", ["x"]).AsTask())).Code);
        Assert.Equal(EntityErrors.Closed, (await Assert.ThrowsAsync<EntityException>(() => _entities.ReadAsync("a").AsTask())).Code);
    }

    private async Task AssertConflictAsync(ExpectedVersion expected, long actual)
    {
        EntityException conflict = await Assert.ThrowsAsync<EntityException>(() => _entities.AppendAsync("a", ["x"], expected).AsTask());
        Assert.Equal(EntityErrors.Conflict, conflict.Code);
        Assert.Equal(actual, conflict.ActualVersion!.Value.Value);
    }

    private async Task AssertInvalidAsync(string key, IReadOnlyList<NewRecord> records, string? requestId = null)
    {
        EntityException invalid = await Assert.ThrowsAsync<EntityException>(() => _entities.AppendAsync(key, records, requestId: requestId).AsTask());
        Assert.Equal(EntityErrors.Invalid, invalid.Code);
    }
}
