// Generated from Schema/FindCoordinator.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that finds the coordinator of a group or of a transactional id. Versions from 4 on ask for several at once.</summary>
public sealed class FindCoordinatorRequest : IKafkaRequest<FindCoordinatorRequest, FindCoordinatorResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.FindCoordinator;

    /// <summary>The group id or transactional id.</summary>
    public string Key { get; set; } = "";

    /// <summary>What the key is: 0 a group, 1 a transactional id.</summary>
    public sbyte KeyType { get; set; }

    /// <summary>The group ids or transactional ids.</summary>
    public List<string> Keys { get; set; } = [];

    /// <inheritdoc/>
    public static FindCoordinatorRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("FindCoordinatorRequest", version, min: 0, max: 4, flexible: 3);
        var message = new FindCoordinatorRequest();
        if (version <= 3)
        {
            message.Key = reader.ReadString("Key");
        }

        if (version >= 1)
        {
            message.KeyType = reader.ReadInt8("KeyType");
        }

        if (version >= 4)
        {
            reader.ReadStrings(message.Keys, "Keys");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("FindCoordinatorRequest", version, min: 0, max: 4, flexible: 3);
        if (version <= 3)
        {
            writer.WriteString(Key, "Key");
        }
        else
        {
            writer.Omit("Key", isSet: Key is not "");
        }

        if (version >= 1)
        {
            writer.WriteInt8(KeyType);
        }
        else
        {
            writer.Omit("KeyType", isSet: KeyType != 0);
        }

        if (version >= 4)
        {
            writer.WriteStrings(Keys, "Keys");
        }
        else
        {
            writer.Omit("Keys", isSet: Keys.Count > 0);
        }

        writer.WriteNoTags();
    }
}
