using System.Text.Json;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Derived;
using Duramen.Entities;
using Duramen.Records.Batches;
using Duramen.State.Entities;
using Duramen.State.Tables.Topics;

namespace Duramen.Http;

/// <summary>What is answered at <c>/v1/entities/TOPIC/KEY</c>: the records of an entity, and an append to it.</summary>
internal sealed class EntityEndpoints(NodeEntities node, JsonBodies bodies, StateOptions options, TimeProvider time)
{
    /// <summary>Answers a request whose path begins with <c>/v1/entities</c>.</summary>
    /// <exception cref="DuramenException">It is refused, or it failed; when nothing was answered yet the client can be told.</exception>
    public Task AnswerAsync(HttpCall call)
    {
        if (call.Target.Count != 4)
        {
            throw HttpRefusals.NoPath(call.Target.Path);
        }

        call.Allow("GET, HEAD, POST");
        return call.Method == "POST" ? AppendAsync(call) : ReadAsync(call);
    }

    private async Task AppendAsync(HttpCall call)
    {
        call.Target.Allow("partition");
        (TopicEntities entities, EntityKey key) = Find(call);
        EntityAppend append;
        using (JsonBody body = await bodies.ReadAsync(call).ConfigureAwait(false))
        {
            append = EntityAppend.Parse(body.Bytes);
        }

        EntityAppendResult result = await entities.AppendAsync(key, append.Records, append.Expected, append.RequestId, call.Aborted).ConfigureAwait(false);
        using var patience = new Patience(call, options, time);
        using var answer = new JsonAnswer(call);
        answer.Writer.WriteStartObject();
        answer.Writer.WriteNumber("version"u8, result.Version.Value);
        answer.Writer.WriteNumber("offset"u8, result.Offset.Value);
        answer.Writer.WriteNumber("partition"u8, entities.PartitionOf(key));
        answer.Writer.WriteBoolean("duplicate"u8, result.IsDuplicate);
        answer.Writer.WriteEndObject();
        await answer.EndAsync(patience.Token).ConfigureAwait(false);
    }

    private async Task ReadAsync(HttpCall call)
    {
        RequestTarget target = call.Target;
        target.Allow("from", "limit", "backwards", "asOf", "partition");
        (TopicEntities entities, EntityKey key) = Find(call);
        int partition = entities.PartitionOf(key);
        long? from = target.Number("from", 0, long.MaxValue, "a version, 0 or more");
        using var patience = new Patience(call, options, time);
        EntityPage page = await entities.ReadAsync(
            key,
            new EntityRead
            {
                From = from is long version ? new EntityVersion(version) : null,
                IsBackwards = target.Flag("backwards"),
                MaxRecords = target.Limit(HttpLimits.MaxRows),
                AsOf = await FindAsync(entities, key, partition, target.AsOf("asOf"), patience).ConfigureAwait(false),
            },
            patience.Token).ConfigureAwait(false);
        using var answer = new JsonAnswer(call);
        answer.Writer.WriteStartObject();
        answer.Writer.WriteString("topic"u8, target.Text(2, "The name of the topic"));
        answer.Write("key"u8, key.Bytes.Span);
        answer.Writer.WriteNumber("partition"u8, partition);
        answer.Writer.WriteNumber("version"u8, page.Version.Value);
        answer.Writer.WriteStartArray("records"u8);
        foreach (EntityRecord record in page.Records)
        {
            await WriteAsync(answer, record, patience).ConfigureAwait(false);
            if (answer.IsFull)
            {
                await answer.SendAsync(patience.Token).ConfigureAwait(false);
            }
        }

        answer.Writer.WriteEndArray();
        if (page.Next is { } next)
        {
            answer.Writer.WriteNumber("next"u8, next.Value);
        }
        else
        {
            answer.Writer.WriteNull("next"u8);
        }

        answer.Writer.WriteEndObject();
        await answer.EndAsync(patience.Token).ConfigureAwait(false);
    }

    private static async ValueTask WriteAsync(JsonAnswer answer, EntityRecord record, Patience patience)
    {
        Utf8JsonWriter writer = answer.Writer;
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, record.Version.Value);
        await answer.WriteAsync("value", record, static record => NullableBytes.Of(record.Value), patience.Token).ConfigureAwait(false);
        writer.WriteStartArray("headers"u8);
        foreach (RecordHeader header in record.Headers)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, header.Key);
            answer.Write("value"u8, NullableBytes.Of(header.Value));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (record.RequestId is not null)
        {
            writer.WriteString("requestId"u8, record.RequestId);
        }

        writer.WriteNumber("offset"u8, record.Offset.Value);
        writer.WriteNumber("timestamp"u8, record.TimestampMs);
        writer.WriteEndObject();
    }

    /// <summary>The offset in the entity's partition that a moment is; null for now.</summary>
    private static async ValueTask<Offset?> FindAsync(TopicEntities entities, EntityKey key, int partition, AsOf asOf, Patience patience) =>
        asOf.Offset is Offset offset ? offset
        : asOf.Moment is { } moment ? moment.Find(partition) ?? throw HttpRefusals.OtherPartition("asOf", moment.ToString(), partition)
        : asOf.TimestampMs is long timestampMs ? await entities.FindAsOfAsync(key, timestampMs, patience.Token).ConfigureAwait(false)
        : asOf.IsBeginning ? await entities.FindAsOfAsync(key, long.MinValue, patience.Token).ConfigureAwait(false)
        : null;

    private (TopicEntities Entities, EntityKey Key) Find(HttpCall call)
    {
        var entities = new TopicEntities(node, call.Target.Text(2, "The name of the topic"), call.Target.Partition());
        return (entities, call.Target.Key(3));
    }
}
