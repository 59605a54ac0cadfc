using System.Globalization;
using System.Text;
using Duramen.Core.Errors;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Tables;

namespace Duramen.State.Entities;

/// <summary>The refusals of entity logs in words.</summary>
internal static class EntityRefusals
{
    public static EntityException Conflict(ILog log, EntityKey key, ExpectedVersion expected, EntityVersion actual) => new(
        EntityErrors.Conflict,
        $"Entity '{key}' in log '{log.Name}' is at version {actual}, but the append expected {expected}.",
        "Read what was appended meanwhile, decide again and append with the version read.")
    {
        ActualVersion = actual,
    };

    /// <summary>What a failed append of the log means for one to an entity. A log that is full or closed says so before anything happens; of every other failure nobody knows.</summary>
    public static EntityException NotAppended(ILog log, EntityKey key, Exception cause) =>
        cause is LogException { Code: var code } && (code == LogErrors.Full || code == LogErrors.Closed || code == LogErrors.NotSupported)
            ? new EntityException(code, $"Nothing was appended to entity '{key}': {cause.Message}", cause: cause)
            : new EntityException(
                EntityErrors.OutcomeUnknown,
                $"Log '{log.Name}' failed while records were appended to entity '{key}': {cause.Message}",
                "Append again with the same request id: what is in the log already is then not appended twice.",
                cause);

    /// <summary>An append that could not be decided, since the index did not answer.</summary>
    public static EntityException NotDecided(ILog log, EntityKey key, Exception cause) => new(
        (cause as DuramenException)?.Code ?? TableErrors.Stopped, $"Nothing was appended to entity '{key}' of log '{log.Name}', since its version is not known: {cause.Message}", cause: cause);

    public static EntityException Unreadable(ILog log, EntityKey key, EntityRecord record, Exception cause) => new(
        EntityErrors.Unreadable,
        $"Record {record.Version} of entity '{key}', at offset {record.Offset} of log '{log.Name}', cannot be applied: {cause.Message}",
        "Run a version of the program that understands it.",
        cause);

    public static EntityException Trimmed(ILog log, EntityKey key, EntityVersion wanted, EntityVersion first) => new(
        EntityErrors.Trimmed,
        $"Entity '{key}' of log '{log.Name}' begins with record {first}: those from {wanted} on were trimmed, and there is no snapshot of them.",
        "Keep the records of entities for as long as they are loaded, or write their state into a record before it is trimmed.");

    public static EntityException Closed(ILog log) => new(EntityErrors.Closed, $"The entities of log '{log.Name}' were closed.", "Open them again.");

    /// <summary>Refuses an append that no entity could take.</summary>
    public static EntityException? Check(EntityKey key, ReadOnlySpan<NewRecord> records, string? requestId)
    {
        if (key.Bytes.Length > EntityLimits.KeyMaxBytes)
        {
            return Invalid(string.Create(CultureInfo.InvariantCulture, $"A key of {key.Bytes.Length} bytes is longer than the {EntityLimits.KeyMaxBytes} of an entity."));
        }

        if (requestId is not null && (requestId.Length == 0 || Encoding.UTF8.GetByteCount(requestId) > EntityLimits.RequestIdMaxBytes))
        {
            return Invalid(string.Create(CultureInfo.InvariantCulture, $"A request id has 1 to {EntityLimits.RequestIdMaxBytes} bytes of UTF-8."));
        }

        if (records.Length is 0 or > EntityLimits.AppendMaxRecords)
        {
            return Invalid(string.Create(CultureInfo.InvariantCulture, $"An append has 1 to {EntityLimits.AppendMaxRecords} records, not {records.Length}."));
        }

        long sizeBytes = 0;
        foreach (NewRecord record in records)
        {
            sizeBytes += key.Bytes.Length + (record.Value?.Length ?? 0L);
            int headers = record.Headers.Count;
            for (int index = 0; index < headers; index++)
            {
                RecordHeader header = record.Headers[index];
                if (header.Key.StartsWith(EntityHeaders.Reserved, StringComparison.Ordinal))
                {
                    return Invalid($"A header cannot be named '{header.Key}': names that begin with '{EntityHeaders.Reserved}' are Duramen's own.");
                }

                sizeBytes += header.Key.Length + (header.Value?.Length ?? 0L);
            }

            // Two places are kept for the headers that an append adds.
            if (headers > RecordLimits.MaxHeadersPerRecord - 2)
            {
                return Invalid(string.Create(CultureInfo.InvariantCulture, $"A record of an entity has at most {RecordLimits.MaxHeadersPerRecord - 2} headers, not {headers}."));
            }
        }

        return sizeBytes > EntityLimits.AppendMaxBytes
            ? Invalid(string.Create(CultureInfo.InvariantCulture, $"An append of {sizeBytes} bytes is larger than the {EntityLimits.AppendMaxBytes} that it may have."))
            : null;
    }

    private static EntityException Invalid(string what) => new(EntityErrors.Invalid, what, "Nothing was appended.");
}
