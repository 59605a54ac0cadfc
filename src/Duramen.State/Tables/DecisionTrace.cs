using System.Buffers;
using System.Text;
using System.Text.Json;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.State.Tables;

/// <summary>
/// Writes down what somebody decided about a record that a table could not fold: a record with the projection's name as key, and as value a JSON object with <c>decision</c> (<c>skip</c> or <c>retry</c>), <c>table</c>,
/// <c>log</c>, <c>offset</c>, <c>next</c> and <c>cause</c>.
/// </summary>
internal sealed class DecisionTrace(ILog? log, string path, string projection)
{
    /// <summary>Returns when the decision is durable; at once when there is no log for it.</summary>
    public async ValueTask WriteAsync(string decision, TableFault fault, CancellationToken cancellationToken)
    {
        if (log is null)
        {
            return;
        }

        using var builder = new RecordBatchBuilder();
        builder.Append(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes(projection), Describe(decision, fault));
        await log.AppendAsync(builder.Build(), default, cancellationToken).ConfigureAwait(false);
    }

    private byte[] Describe(string decision, TableFault fault)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("decision"u8, decision);
            json.WriteString("table"u8, path);
            json.WriteString("log"u8, fault.Log);
            json.WriteNumber("offset"u8, fault.Offset.Value);
            json.WriteNumber("next"u8, fault.Next.Value);
            json.WriteString("cause"u8, fault.Cause.Message);
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }
}
