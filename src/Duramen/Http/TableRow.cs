using System.Globalization;
using Duramen.Core.Ids;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Http;

/// <summary>The value of one key, copied out of a table so that it can be sent piece by piece.</summary>
internal sealed record TableRow(byte[] Key, byte[] Value, Offset Offset, long TimestampMs, int Partition)
{
    /// <summary>Finds the value of a key as of a moment; null when there is none.</summary>
    /// <exception cref="Duramen.State.Tables.TableException">The key has a value in several partitions, and nobody says which; or there is no such partition.</exception>
    public static TableRow? Find(TopicSnapshot snapshot, byte[] key, Moment moment, int? partition)
    {
        int found = partition ?? -1;
        return (partition is int one ? snapshot.Of(one).TryGet(key, moment[one], out VersionView version) : snapshot.TryGet(key, moment, out version, out found))
            ? new TableRow(key, version.Value.ToArray()!, version.Offset, version.TimestampMs, found)
            : null;
    }

    /// <summary>Answers with the value as it is; what is known about it is in headers.</summary>
    public async Task AnswerBytesAsync(HttpCall call, Patience patience)
    {
        call.Headers["Duramen-Offset"] = Offset.ToString();
        call.Headers["Duramen-Timestamp"] = TimestampMs.ToString(CultureInfo.InvariantCulture);
        call.Headers["Duramen-Partition"] = Partition.ToString(CultureInfo.InvariantCulture);
        await call.BeginAsync(200, "application/octet-stream", Value.Length).ConfigureAwait(false);
        for (int at = 0; at < Value.Length; at += HttpLimits.GatheredBytes)
        {
            await call.WriteAsync(Value.AsMemory(at, Math.Min(HttpLimits.GatheredBytes, Value.Length - at)), patience.Token).ConfigureAwait(false);
        }

        await call.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Answers with an object.</summary>
    public async Task AnswerJsonAsync(HttpCall call, Patience patience)
    {
        using var answer = new JsonAnswer(call);
        answer.Writer.WriteStartObject();
        answer.Write("key"u8, Key);
        await answer.WriteAsync("value", Value, static value => value, patience.Token).ConfigureAwait(false);
        answer.Writer.WriteNumber("offset"u8, Offset.Value);
        answer.Writer.WriteNumber("timestamp"u8, TimestampMs);
        answer.Writer.WriteNumber("partition"u8, Partition);
        answer.Writer.WriteEndObject();
        await answer.EndAsync(patience.Token).ConfigureAwait(false);
    }
}
