-- What the database of the fronts has besides Kamailio's own tables and rehome's preparation.

-- Homes as a front's htable reads them (CACHE=htable).
CREATE VIEW home AS
    SELECT username || '@' || domain AS address, value AS pool
    FROM usr_preferences WHERE attribute = 'home_pool';

INSERT INTO domain (domain) VALUES ('uc.test');

-- Two pools with a server each. Flag 8: pinged from the beginning.
INSERT INTO dispatcher (setid, destination, flags, attrs, description) VALUES
    (1, 'sip:127.0.0.11:' || :'port', 8, 'duid=legacy', 'legacy'),
    (2, 'sip:127.0.0.12:' || :'port', 8, 'duid=modern', 'modern');

-- Three applications on legacy: a name as it is (0), and two regular expressions (1).
INSERT INTO dialplan (dpid, pr, match_op, match_exp, match_len, subst_exp, repl_exp, attrs) VALUES
    (1, 1, 0, 'voicemail', 0, '', '', '1'),
    (1, 2, 1, '^conf-[0-9]+$', 0, '', '', '1'),
    (1, 3, 1, '^49305555[0-9]{2}$', 0, '', '', '1');

-- Two accounts that exist for probes: one on each pool, and never moved.
INSERT INTO usr_preferences (username, domain, attribute, type, value) VALUES
    ('probe-legacy', 'uc.test', 'home_pool', 1, '1'),
    ('probe-modern', 'uc.test', 'home_pool', 1, '2');
